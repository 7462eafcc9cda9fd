// The front end's folder, and its packages: the tests have none of their own.
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

const folder = new URL("../../../www/", import.meta.url);
const { resolve } = createRequire(new URL("package.json", folder));

/** Absolute path of www. */
export const WWW = fileURLToPath(folder);

/** The file that a package of www/node_modules is imported from. */
export const resolveFromWww = resolve;

/** Imports a package of www/node_modules by its name. */
export function importFromWww(name) {
  return import(pathToFileURL(resolve(name)).href);
}
