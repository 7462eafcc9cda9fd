/** What the site is built from. Another page is one line here: it is in the build, the manifest and the offline copy. */

/** Pages, by a name of their own: each an HTML file below `www`. */
export const PAGES: Record<string, string> = {
  index: "index.html",
  losses: "losses/index.html",
  apply: "apply/index.html",
};

/** Modules that other sites import by address, so their names are for ever: `embed/lab` becomes `embed/lab.js`. */
export const MODULES: Record<string, string> = {};

/** From a file of the site to its root: `./`, `../`, … */
export function toRoot(path: string): string {
  const depth = path.replace(/^\//, "").split("/").length - 1;
  return depth === 0 ? "./" : "../".repeat(depth);
}
