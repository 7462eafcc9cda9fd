// The two engines compute the same: random networks, forward and backward, layer by layer.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launch, open } from "./lib/browser.mjs";
import { servePackage } from "./lib/package.mjs";

const CASES = 12;
const LOSS_CASES = 200;
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

test("the losses' kernels on WebGPU and on the CPU: value, every pixel's gradient, and what each class pushes", { timeout: 600_000 }, async () => {
  const { page, problems, close } = await open(browser, server.url);
  const first = Number(process.env.PARITY_SEED ?? 1);
  const all = await page.evaluate(
    async ({ first, cases }) => {
      const module = await import("/losscope_web.js");
      globalThis.ready ??= module.default();
      await globalThis.ready;
      const all = [];
      for (let seed = first; seed < first + cases; seed += 1) all.push({ seed, ...(await module.gpu_loss_parity(seed)) });
      return all;
    },
    { first, cases: LOSS_CASES },
  );
  const apart = all.filter(({ loss, gradient, per_class }) => !(Math.max(loss, gradient, per_class) <= TOLERANCE));
  const lines = apart.map((one) => `seed ${one.seed}: loss ${one.loss}, gradient ${one.gradient}, push ${one.per_class} apart: ${one.case}`);
  assert.deepEqual(lines, []);
  const count = (words) => all.filter(({ case: name }) => name.includes(words)).length;
  console.log(
    `${all.length} cases agree: ${count("3 classes") + count("4 classes")} of several classes, ${count("±40")} at ±40, ${count("±1e4")} at ±1e4, ${count("certain")} certain`,
  );
  for (const words of ["2 classes", "3 classes", "4 classes", "±40", "±1e4", "certain and wrong", "empty", "full", "one pixel"]) {
    assert.ok(count(words) > 5, words);
  }
  assert.deepEqual(problems, []);
  await close();
});
