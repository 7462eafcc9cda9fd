// Serves a folder below a path, as GitHub Pages does: what is not there is not found, not the start page.
import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

import { WWW } from "./www.mjs";

const TYPES = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
  ".woff2": "font/woff2",
};

const at = (path) => statSync(path, { throwIfNoEntry: false });

/**
 * Starts a server on a free port of this machine.
 * @param {{ root?: string, path?: string }} [options] the folder; the path, which begins and ends with a slash
 * @returns {Promise<{ url: string, missed: string[], close: () => Promise<void> }>} `missed`: what was asked for and not there
 */
export async function serveStatic({ root = join(WWW, "dist"), path = "/" } = {}) {
  const missed = [];
  const server = createServer((request, response) => {
    const asked = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    let file = asked.startsWith(path) ? join(root, normalize(asked.slice(path.length - 1))) : null;
    if (file !== null && at(file)?.isDirectory()) {
      if (!asked.endsWith("/")) return void response.writeHead(301, { Location: `${asked}/` }).end();
      file = join(file, "index.html");
    }
    if (file === null || !at(file)?.isFile()) {
      missed.push(asked);
      return void response.writeHead(404, { "Content-Type": "text/plain" }).end("Not found");
    }
    const headers = { "Content-Type": TYPES[extname(file)] ?? "application/octet-stream", "Cache-Control": "max-age=600" };
    response.writeHead(200, headers);
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  server.unref(); // a test that fails does not close it, and must not be waited for
  const close = () =>
    new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${server.address().port}${path}`, missed, close };
}
