// What a training step asks of WebGPU: few launches, fewer submissions, no new buffers, and one read for all lanes.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launch, open } from "./lib/browser.mjs";
import { servePackage } from "./lib/package.mjs";
import { countCalls } from "./lib/webgpu-calls.mjs";

let server, browser;
before(async () => {
  server = await servePackage("webgpu");
  browser = await launch({ webgpu: true });
});
after(async () => {
  await browser?.close();
  server?.close();
});

const EIGHT = ["ce", "focal", "dice", "tversky", "focal_tversky", "combo", "sym_unified_focal", "asym_unified_focal"];
/** The most that a step costs in which norms are taken and the past is kept, by the number of lanes. */
const KEEPING = { 1: { dispatches: 100, submits: 6 }, 8: { dispatches: 140, submits: 6 } };
const STEPS = 21;
/** Steps at which norms are taken and the past is kept. */
const EVERY = 5;

/** What each step asks for, of an experiment on the network of the first trial but for its size. */
function measure(page, kinds) {
  return page.evaluate(
    async ({ kinds, steps }) => {
      const module = await import("/losscope_web.js");
      globalThis.ready ??= module.default();
      await globalThis.ready;
      globalThis.engine ??= await module.Engine.create("webgpu");
      await engine.configure({
        data: { source: "synthetic", family: "polyp", size: 16, count: 20 },
        network: { base_channels: 8, depth: 2, norm: "instance" },
        training: { batch_size: 2, steps: 100, evaluate_every: 100 },
        losses: kinds.map((kind) => ({ kind })),
      });
      const all = [];
      for (let step = 1; step <= steps; step += 1) {
        const before = { ...calls };
        const reports = await engine.step(1);
        const made = Object.entries(calls).map(([name, count]) => [name, count - before[name]]);
        all.push({ step, lanes: reports.length, finite: reports.every(({ loss }) => Number.isFinite(loss)), ...Object.fromEntries(made) });
      }
      return { all, past: [...engine.past()] };
    },
    { kinds, steps: STEPS },
  );
}

const most = (steps, name) => Math.max(...steps.map((step) => step[name]));
const said = (steps) => ["dispatches", "submits", "reads", "buffers"].map((name) => `${most(steps, name)} ${name}`).join(", ");

for (const kinds of [["asym_unified_focal"], EIGHT]) {
  test(`a step of ${kinds.length} ${kinds.length === 1 ? "lane" : "lanes"}`, { timeout: 300_000 }, async () => {
    const { page, problems, close } = await open(browser, server.url);
    await page.evaluate(countCalls);
    const { all, past } = await measure(page, kinds);
    assert.ok(all.every(({ lanes, finite }) => lanes === kinds.length && finite));
    // The past was kept: what it costs is counted.
    assert.deepEqual(past, [0, 5, 10, 15, 20]);
    // Shaders are compiled and buffers made in the first two, and where something is done for the first time.
    const settled = all.filter(({ step }) => step > 2 && step % EVERY !== 0);
    const keeping = all.filter(({ step }) => step > EVERY && step % EVERY === 0);
    console.log(`${kinds.length}: at most ${said(settled)} a step; ${said(keeping)} where norms are taken and the past is kept`);
    for (const { step, dispatches, submits, buffers } of settled) {
      assert.ok(dispatches <= 100, `${dispatches} dispatches in step ${step}`);
      assert.ok(submits <= 4, `${submits} submits in step ${step}`);
      assert.equal(buffers, 0, `${buffers} new buffers in step ${step}`);
    }
    for (const { step, dispatches, submits, reads, buffers } of keeping) {
      assert.ok(dispatches <= KEEPING[kinds.length].dispatches, `${dispatches} dispatches in step ${step}`);
      assert.ok(submits <= KEEPING[kinds.length].submits, `${submits} submits in step ${step}`);
      assert.equal(buffers, 0, `${buffers} new buffers in step ${step}`);
      // One for the reports, one for all lanes' parameters.
      assert.equal(reads, 2, `${reads} reads in step ${step}`);
    }
    assert.deepEqual(problems, []);
    await close();
  });
}
