// Every loss of the catalogue runs on WebGPU, where nothing may be read back synchronously, and gives what
// it gives on the CPU.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { TINY, address } from "./lib/experiment.mjs";
import { serveAndLaunch } from "./lib/fixture.mjs";
import { engineBackend, readResults, waitForStep } from "./lib/page.mjs";

const { url, visit } = serveAndLaunch({ webgpu: true });

/** The kinds, as the document made from the catalogue has them. */
const document = readFileSync(new URL("../../docs/losses.md", import.meta.url), "utf8");
const KINDS = [...document.matchAll(/^### `(\w+)`$/gm)].map(([, kind]) => kind);

async function oneStep(backend, kinds) {
  const losses = kinds.map((kind) => ({ kind }));
  const { page, problems, close } = await visit(address(url(), { ...TINY, losses }, backend));
  assert.equal(await engineBackend(page), backend);
  await page.getByRole("button", { name: "Step", exact: true }).click();
  await waitForStep(page, 1, { timeout: 240_000 });
  const results = await readResults(page);
  assert.deepEqual(problems, [], kinds.join(", "));
  await close();
  return results;
}

assert.ok(KINDS.length > 40, `${KINDS.length} kinds`);
for (let from = 0; from < KINDS.length; from += 8) {
  const kinds = KINDS.slice(from, from + 8);
  test(`on WebGPU as on the CPU: ${kinds.join(", ")}`, { timeout: 600_000 }, async () => {
    const gpu = await oneStep("webgpu", kinds);
    const cpu = await oneStep("cpu", kinds);
    for (const [i, kind] of kinds.entries()) {
      for (const key of ["loss", "gradient_share"]) {
        const [a, b] = [gpu[i][key], cpu[i][key]];
        assert.ok(Math.abs(a - b) <= 1e-4 + 1e-3 * Math.abs(b), `${key} of ${kind}: ${a} on WebGPU, ${b} on the CPU`);
      }
    }
  });
}
