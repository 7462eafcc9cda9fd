import { defineConfig } from "vite";

/** Lets threads share memory: two of the competitors compute on all cores then, and only then. */
const ISOLATED = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/** The bench is a page of its own, in `bench/dist`; nothing of it is in the page that is published. */
export default defineConfig({
  base: "./",
  server: { headers: ISOLATED },
  preview: { headers: ISOLATED },
  // Not minified: TensorFlow.js hands the text of a function to its threads, which must find the names in it.
  // The bundle is large then, and nobody waits for it.
  build: { target: "es2022", minify: false, assetsInlineLimit: 0, chunkSizeWarningLimit: 10_000 },
});
