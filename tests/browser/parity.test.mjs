// The two engines compute the same: random networks, forward and backward, layer by layer.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launch, open } from "./lib/browser.mjs";
import { servePackage } from "./lib/package.mjs";

const CASES = 12;
/** Of the largest value of the same vector: sums of thousands of products in another order. */
const TOLERANCE = 2e-4;

let server, browser;
before(async () => {
  server = await servePackage("webgpu");
  browser = await launch({ webgpu: true });
});
after(async () => {
  await browser?.close();
  server?.close();
});

test("random networks on WebGPU and on the CPU: logits and every layer's gradient", { timeout: 600_000 }, async () => {
  const { page, problems, close } = await open(browser, server.url);
  // The same every time, unless told to begin elsewhere.
  const first = Number(process.env.PARITY_SEED ?? 1);
  for (let seed = first; seed < first + CASES; seed += 1) {
    const { case: name, logits, layers, repeatable } = await page.evaluate(async (seed) => {
      const module = await import("/losscope_web.js");
      globalThis.ready ??= module.default();
      await globalThis.ready;
      return module.gpu_parity(seed);
    }, seed);
    const what = `seed ${seed}: ${name}`;
    assert.ok(repeatable, `${what}: WebGPU did not give the same bits twice`);
    assert.ok(logits <= TOLERANCE, `${what}: logits differ by ${logits}`);
    assert.ok(layers.length > 4, what);
    for (const { layer, gradient } of layers) {
      assert.ok(gradient <= TOLERANCE, `${what}: the gradient of ${layer} differs by ${gradient}`);
    }
  }
  assert.deepEqual(problems, []);
  await close();
});
