// Serves a built page, www/dist unless told otherwise, as `cargo xtask demo` does: by Vite's preview server.
import { importFromWww, WWW } from "./www.mjs";

/**
 * Starts the server on a free port of this machine.
 * @param {{ root?: string }} [options] the folder of the page's Vite configuration
 * @returns {Promise<{ url: string, close: () => Promise<void> }>} the page's address, ending in a slash
 */
export async function serve({ root = WWW } = {}) {
  const { preview } = await importFromWww("vite");
  const server = await preview({
    root,
    logLevel: "warn",
    preview: { host: "127.0.0.1", port: 0, open: false },
  });
  return { url: server.resolvedUrls.local[0], close: () => server.close() };
}
