// The page on a machine without WebGPU: it opens, trains on the CPU and shows numbers.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launch, open } from "./lib/browser.mjs";
import { engineBackend, play, readResults, waitForStep } from "./lib/page.mjs";
import { serve } from "./lib/server.mjs";

let server;
let browser;

before(async () => {
  server = await serve();
  browser = await launch({ webgpu: false });
});

after(async () => {
  await browser?.close();
  await server?.close();
});

test("trains on the CPU where there is no WebGPU", { timeout: 240_000 }, async () => {
  const { page, problems, close } = await open(browser, server.url);
  const adapter = await page.evaluate(async () => Boolean(await navigator.gpu?.requestAdapter()));
  assert.equal(adapter, false, "this browser has a WebGPU adapter, so the test would not test what it says");

  assert.equal(await engineBackend(page), "cpu");
  await play(page);
  await waitForStep(page, 3);

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
