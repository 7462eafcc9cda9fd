import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";
import { documentation } from "./build/docs/plugin.ts";
import { head } from "./build/head.ts";
import { offline } from "./build/offline.ts";
import { MODULES, PAGES } from "./build/pages.ts";

export default defineConfig({
  // Relative, so that the built page works under any sub-path.
  base: "./",
  plugins: [svelte(), head(), documentation(), offline()],
  worker: { format: "es" },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    rolldownOptions: {
      // Nothing is left out of what modules hand to other sites.
      preserveEntrySignatures: "exports-only",
      output: { entryFileNames: ({ name }) => (name in MODULES ? "[name].js" : "assets/[name]-[hash].js") },
      input: { ...PAGES, ...MODULES, docs: "src/docs/main.ts" },
    },
  },
});
