// What axe finds wrong with a page.
import { readFile } from "node:fs/promises";

import { resolveFromWww } from "./www.mjs";

const axe = await readFile(resolveFromWww("axe-core"), "utf8");

/** The rules that the page violates, with the elements that do. */
export async function violations(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
}
