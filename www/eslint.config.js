import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import { existsSync } from "node:fs";
import ts from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

// The bench's competitors are typed by their packages, which only `cargo xtask bench web` installs.
const competitorsAreHere = existsSync(new URL("bench/node_modules/", import.meta.url));

export default ts.config(
  // What is built, and the types generated from the Rust types.
  { ignores: ["dist/", "package/", "bench/dist/", "pkg/", "node_modules/", "src/engine/types/"] },
  competitorsAreHere ? [] : { ignores: ["bench/src/competitors/", "bench/src/main.ts"] },
  js.configs.recommended,
  ...ts.configs.strictTypeChecked,
  ...ts.configs.stylisticTypeChecked,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      globals: { ...globals.browser, ...globals.worker },
      parserOptions: {
        projectService: { allowDefaultProject: ["vite.config.ts"], defaultProject: "build/tsconfig.json" },
        extraFileExtensions: [".svelte"],
      },
    },
    rules: {
      // Some types must be aliases to be known as records.
      "@typescript-eslint/consistent-type-definitions": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // Reading a rune for its dependency alone is written `void rune`.
      "@typescript-eslint/no-meaningless-void-operator": "off",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
  },
  {
    // In templates the parser does not see the types of a component's properties; svelte-check does.
    files: ["**/*.svelte"],
    rules: {
      "@typescript-eslint/no-unnecessary-type-assertion": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-return": "off",
    },
  },
  { files: ["build/*.mjs"], languageOptions: { globals: globals.node } },
  { files: ["*.js", "build/*.mjs"], ...ts.configs.disableTypeChecked },
);
