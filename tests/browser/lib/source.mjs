// The front end's own modules, and the engine of the page without the page: in Node.
import { readFileSync } from "node:fs";

import { importFromWww, WWW } from "./www.mjs";

/** Loads TypeScript modules of www/src. Close it in the end. */
export async function openSource() {
  const { createServer } = await importFromWww("vite");
  const vite = await createServer({
    root: WWW,
    configFile: false, // plain TypeScript needs nothing of it
    appType: "custom",
    logLevel: "error",
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true },
  });
  return { load: (path) => vite.ssrLoadModule(`/src/${path}`), close: () => vite.close() };
}

/** The engine that trains on the CPU. */
export async function startEngine() {
  const { default: initialise, Engine } = await import(new URL("../../../www/pkg/cpu/losscope_web.js", import.meta.url).href);
  await initialise({ module_or_path: readFileSync(`${WWW}pkg/cpu/losscope_web_bg.wasm`) });
  return Engine.create("cpu");
}
