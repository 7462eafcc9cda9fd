// A tab that nobody sees goes on training. Headless, no tab is ever hidden: this one is treated as browsers treat
// hidden ones, without frames and with timers once a second, and is told that it is hidden.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { TINY, address } from "./lib/experiment.mjs";
import { serveAndLaunch } from "./lib/fixture.mjs";
import { engineBackend, pause, play, readPictures, waitForStep } from "./lib/page.mjs";
import { waitForKept } from "./lib/runs.mjs";

const { url, visit } = serveAndLaunch({ webgpu: false });

/** In the page, before its scripts: `hideTab(true)` and `hideTab(false)`. */
function hideable() {
  let hidden = false;
  const frames = [];
  const frame = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (callback) => (hidden ? frames.push(callback) : frame(callback));
  const timer = window.setTimeout.bind(window);
  window.setTimeout = (callback, ms = 0, ...given) => timer(callback, hidden ? Math.max(1000, ms) : ms, ...given);
  Object.defineProperty(Document.prototype, "visibilityState", { get: () => (hidden ? "hidden" : "visible") });
  Object.defineProperty(Document.prototype, "hidden", { get: () => hidden });
  window.hideTab = (hide) => {
    hidden = hide;
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
    if (!hide) for (const callback of frames.splice(0)) frame(callback);
  };
}

test("a hidden tab goes on training, is kept, and shows where it is when it is seen again", { timeout: 120_000 }, async () => {
  const { page, problems, close } = await visit(`${url()}?play=no`);
  await page.addInitScript(hideable);
  await page.goto(address(url(), { ...TINY, training: { ...TINY.training, steps: 1_000_000, evaluate_every: 500 } }));
  await engineBackend(page);
  await play(page);
  const hiddenAt = await waitForStep(page, 5);
  await page.evaluate(() => hideTab(true));
  // Hiding makes a checkpoint at once: the tab may be discarded.
  await waitForKept(page, hiddenAt, 10_000);
  await sleep(1500);
  const first = await waitForStep(page, hiddenAt + 1);
  await sleep(3000);
  const second = await waitForStep(page, first + 1, { timeout: 1000 });
  console.log(`${second - first} steps in 3 s while the tab was hidden`);
  assert.ok(second >= first + 20, `from step ${first} to ${second} in 3 s`);
  await page.evaluate(() => hideTab(false));
  await waitForStep(page, second + 1);
  await pause(page);
  for (const { rgba } of await readPictures(page, 3)) assert.ok(rgba.some((value) => value > 0));
  assert.deepEqual(problems, []);
  await close();
});
