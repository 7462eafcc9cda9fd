// Lanes learn, on the CPU: the loss falls, Dice rises, and a change of loss restarts one lane only.
import assert from "node:assert/strict";
import { test } from "node:test";

import { SMALL, TINY, address } from "./lib/experiment.mjs";
import { serveAndLaunch } from "./lib/fixture.mjs";
import { engineBackend, pause, play, readResults, waitForEvaluation, waitForStep } from "./lib/page.mjs";

const { url, visit } = serveAndLaunch({ webgpu: false });

test("loss falls and Dice rises on synthetic images", { timeout: 300_000 }, async () => {
  const { page, problems, close } = await visit(address(url(), SMALL));
  assert.equal(await engineBackend(page), "cpu");
  const start = await waitForEvaluation(page, 0);
  await play(page);
  await waitForStep(page, 1);
  const first = await readResults(page);
  await waitForStep(page, 150, { timeout: 240_000 });
  const end = await waitForEvaluation(page, 150);
  console.log("Dice before and after 150 steps:", start.map((row, i) => [row.dice, end[i].dice]));
  for (const [i, row] of end.entries()) {
    assert.ok(row.loss < first[i].loss, `the loss of row ${i} went from ${first[i].loss} to ${row.loss}`);
  }
  const [, dice, unified] = end;
  assert.ok(dice.dice > start[1].dice + 0.2, `Dice of the Dice lane went from ${start[1].dice} to ${dice.dice}`);
  assert.ok(unified.dice > start[2].dice + 0.2, `Dice of Unified Focal went from ${start[2].dice} to ${unified.dice}`);
  assert.deepEqual(problems, []);
  await close();
});

test("under imbalance cross entropy is pushed by background, Dice and Unified Focal by foreground", { timeout: 120_000 }, async () => {
  const experiment = { ...TINY, data: { ...TINY.data, size: 32, foreground: 0.01 } };
  const { page, problems, close } = await visit(address(url(), experiment));
  await page.getByRole("button", { name: "Step", exact: true }).click();
  await waitForStep(page, 1);
  const [entropy, dice, unified] = await readResults(page);
  // At the start p is near a half everywhere, so each pixel of cross entropy pushes about alike; Dice
  // weighs the few of the foreground up, and Unified Focal is half a region loss.
  assert.ok(entropy.gradient_share < 0.1, `cross entropy: ${entropy.gradient_share}`);
  assert.ok(dice.gradient_share > 2 * entropy.gradient_share, `Dice: ${dice.gradient_share}`);
  assert.ok(unified.gradient_share > 1.3 * entropy.gradient_share, `Unified Focal: ${unified.gradient_share}`);
  assert.deepEqual(problems, []);
  await close();
});

test("another loss restarts its lane and leaves the others alone", { timeout: 120_000 }, async () => {
  const { page, problems, close } = await visit(address(url(), { ...TINY, training: { ...TINY.training, steps: 1000 } }));
  await play(page);
  await waitForStep(page, 30);
  await page.getByLabel("Loss of lane 1").selectOption("focal");
  await page.getByText("Restarted from the common start at step 0").first().waitFor();
  await page.waitForFunction(() => {
    const steps = [...document.querySelectorAll("[data-testid=results] [data-key=step]")].map((cell) => Number(cell.dataset.value));
    return steps[0] > 0 && steps[0] < steps[1] && steps[1] === steps[2];
  });
  await pause(page);
  assert.deepEqual(problems, []);
  await close();
});

test("the same experiment twice gives the same numbers", { timeout: 120_000 }, async () => {
  const runs = [];
  for (let run = 0; run < 2; run += 1) {
    const { page, close } = await visit(address(url(), { ...TINY, training: { ...TINY.training, steps: 25 } }));
    await play(page);
    await waitForStep(page, 25);
    runs.push(await waitForEvaluation(page, 25));
    await close();
  }
  assert.deepEqual(runs[0], runs[1]);
});

test("an address with a wrong experiment says what is wrong and still opens", { timeout: 60_000 }, async () => {
  const { page, close } = await visit(address(url(), { trainning: {} }));
  await page.getByText("trainning").first().waitFor();
  await engineBackend(page);
  await play(page);
  await waitForStep(page, 1);
  await close();
});
