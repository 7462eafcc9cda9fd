// Serves an engine's package as it was built, with an empty page to use it from.
import { createReadStream, existsSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

import { WWW } from "./www.mjs";

const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm" };

/**
 * Starts a server on a free port of this machine; the module is at /losscope_web.js there.
 * @param {"cpu" | "webgpu"} name
 * @returns {Promise<{ url: string, close: () => void }>}
 */
export async function servePackage(name) {
  const server = createServer((request, response) => {
    const asked = new URL(request.url, "http://localhost").pathname.slice(1);
    const file = join(WWW, "pkg", name, asked);
    const type = TYPES[asked.slice(asked.lastIndexOf("."))];
    if (type !== undefined && !asked.includes("/") && existsSync(file)) {
      response.setHeader("Content-Type", type);
      createReadStream(file).pipe(response);
    } else {
      response.setHeader("Content-Type", "text/html");
      response.end("<!doctype html><html lang=en><title>Losscope engine</title><link rel=icon href='data:,'>");
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}
