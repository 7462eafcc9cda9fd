// The page on a machine without WebGPU: it opens, trains on the CPU and shows numbers.
import assert from "node:assert/strict";
import { test } from "node:test";

import { serveAndLaunch } from "./lib/fixture.mjs";
import { currentStep, engineBackend, play, readResults, waitForStep } from "./lib/page.mjs";

const { url, visit } = serveAndLaunch({ webgpu: false });

test("opens and trains by itself, on the CPU where there is no WebGPU", { timeout: 240_000 }, async () => {
  const { page, problems, close } = await visit(url());
  const adapter = await page.evaluate(async () => Boolean(await navigator.gpu?.requestAdapter()));
  assert.equal(adapter, false, "this browser has a WebGPU adapter, so the test would not test what it says");

  assert.equal(await engineBackend(page), "cpu");
  await waitForStep(page, 3); // without a click

  const results = await readResults(page);
  assert.ok(results.length >= 1, "the Results table has no rows");
  for (const [index, row] of results.entries()) {
    const cells = Object.entries(row);
    assert.ok(cells.length >= 1, `row ${index} of the Results table has no numbers`);
    for (const [key, value] of cells) {
      // Undefined (null) is said, not hidden; a number must be one.
      assert.ok(value === null || Number.isFinite(value), `${key} of row ${index} is ${value}`);
    }
    assert.ok(
      cells.some(([, value]) => value !== null),
      `row ${index} of the Results table has nothing but undefined values`,
    );
  }
  assert.deepEqual(problems, []);
  await close();
});

test("waits for Play where motion is to be reduced, or the address says so", { timeout: 240_000 }, async () => {
  for (const [address, reducedMotion] of [
    [url(), "reduce"],
    [`${url()}?play=no`, "no-preference"],
  ]) {
    const { page, problems, close } = await visit(address, { reducedMotion });
    await engineBackend(page);
    await page.getByRole("button", { name: "Play", exact: true }).waitFor();
    assert.equal(await currentStep(page), 0);
    await play(page);
    await waitForStep(page, 1);
    assert.deepEqual(problems, []);
    await close();
  }
});
