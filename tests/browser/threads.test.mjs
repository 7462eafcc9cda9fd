// Lanes side by side: in several workers the numbers are those of one.
import assert from "node:assert/strict";
import { test } from "node:test";

import { address } from "./lib/experiment.mjs";
import { serveAndLaunch } from "./lib/fixture.mjs";
import { discs } from "./lib/images.mjs";
import { currentStep, engineBackend, importFiles, pause, play, trainOnImport, waitForEvaluation, waitForStep } from "./lib/page.mjs";
import { said, waitForKept } from "./lib/runs.mjs";

const { url, visit } = serveAndLaunch({ webgpu: false });

const STEPS = 200;
/** Kernels' losses and a composed one; more lanes than workers. */
const EXPERIMENT = {
  data: { source: "synthetic", size: 32, count: 24, foreground: 0.1 },
  network: { base_channels: 4, depth: 2 },
  training: { batch_size: 4, steps: STEPS, evaluate_every: 20 },
  losses: ["ce", "dice", "focal", "soft_cldice", "asym_unified_focal"].map((kind) => ({ kind })),
};

const withThreads = (threads, experiment = EXPERIMENT) => `${address(url(), experiment, "cpu")}&threads=${threads}`;

/** Workers that have an engine for lanes. */
const members = (page) => page.workers().filter((worker) => /lane-worker/.test(worker.url()));

/** Waits until so many of them are there and each has taken steps. */
async function membersWork(page, count) {
  const orders = (worker) =>
    worker.evaluate(() => {
      if (self.orders === undefined) {
        self.orders = 0;
        self.addEventListener("message", () => (self.orders += 1));
      }
      return self.orders;
    });
  for (let tries = 0; ; tries += 1) {
    const taken = await Promise.all(members(page).map(orders));
    if (taken.length === count && taken.every((number) => number > 0)) return;
    assert.ok(tries < 200, `${count} workers are to take steps; orders taken: ${taken}`);
    await page.waitForTimeout(50);
  }
}

/** Everything that the page knows at the end of a run, which something may disturb. */
async function run(threads, disturb = async () => undefined) {
  const { page, problems, close } = await visit(withThreads(threads));
  await engineBackend(page);
  await waitForEvaluation(page, 0);
  await play(page);
  await membersWork(page, threads - 1);
  await disturb(page);
  await waitForStep(page, STEPS);
  const results = await waitForEvaluation(page, STEPS);
  const { lanes } = await waitForKept(page, STEPS);
  assert.deepEqual(problems, []);
  const slider = page.getByLabel("Moment shown");
  const moments = await slider.getAttribute("max");
  await close();
  return { results, lanes, moments };
}

test("three workers give the numbers of one", { timeout: 240_000 }, async () => {
  const [one, three] = [await run(1), await run(3)];
  assert.equal(one.lanes.length, EXPERIMENT.losses.length);
  assert.ok(one.lanes.every(({ history }) => history.loss.length === STEPS));
  assert.deepEqual(three, one);
});

test("lanes that are added, changed and removed in mid-run go on side by side", { timeout: 240_000 }, async () => {
  const endless = { ...EXPERIMENT, training: { ...EXPERIMENT.training, steps: 100_000 }, losses: EXPERIMENT.losses.slice(0, 3) };
  const { page, problems, close } = await visit(withThreads(2, endless), { viewport: { width: 1440, height: 900 } });
  await engineBackend(page);
  await play(page);
  await membersWork(page, 1);
  const before = await waitForStep(page, 20);
  await page.getByLabel("Loss of lane 2").selectOption("tversky");
  await waitForStep(page, before + 20);
  await page.getByRole("button", { name: "Remove lane 1" }).click();
  await page.getByRole("button", { name: "Add loss" }).click();
  await page.getByLabel("Loss to add").selectOption("combo");
  await page.getByLabel("Loss of lane 3").waitFor();
  await page.getByRole("button", { name: "Reset" }).click();
  await play(page);
  await waitForStep(page, 10);
  await pause(page);
  const step = await currentStep(page);
  const { lanes } = await waitForKept(page, step);
  // The round that Pause was pressed in is ended first.
  assert.equal(lanes.length, 3);
  assert.ok(lanes.every((lane) => lane.step === lanes[0].step && lane.step >= step), JSON.stringify(lanes.map((lane) => lane.step)));
  assert.deepEqual(problems, []);
  await close();
});

test("a worker for lanes that panics costs nothing", { timeout: 240_000 }, async () => {
  const undisturbed = await run(1);
  const disturbed = await run(2, async (page) => {
    await waitForStep(page, 10);
    const [member] = members(page);
    await member.evaluate(() =>
      setTimeout(() => {
        throw new WebAssembly.RuntimeError("unreachable");
      }),
    );
    for (let tries = 0; members(page).length > 0; tries += 1) {
      assert.ok(tries < 100, "it is still there");
      await page.waitForTimeout(50);
    }
  });
  assert.deepEqual(disturbed, undisturbed);
});

test("images of one's own are trained on side by side", { timeout: 240_000 }, async () => {
  const endless = { ...EXPERIMENT, training: { ...EXPERIMENT.training, steps: 100_000 } };
  const { page, problems, close } = await visit(withThreads(2, endless), { viewport: { width: 1440, height: 900 } });
  await engineBackend(page);
  await importFiles(page, discs(6));
  await page.getByTestId("import-preview").getByText("kept in this browser").waitFor();
  await trainOnImport(page);
  await play(page);
  await membersWork(page, 1);
  await waitForStep(page, 40);
  assert.deepEqual(problems, []);
  await close();
});
