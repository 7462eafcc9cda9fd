import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";
import { documentation } from "./build/docs/plugin";
import { head } from "./build/head";
import { offline } from "./build/offline";
import { MODULES, PAGES } from "./build/pages";

export default defineConfig({
  // Relative, so that the built page works under any sub-path.
  base: "./",
  plugins: [svelte(), head(), documentation(), offline()],
  worker: { format: "es" },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    rolldownOptions: { input: { ...PAGES, ...MODULES, docs: "src/docs/main.ts" } },
  },
});
