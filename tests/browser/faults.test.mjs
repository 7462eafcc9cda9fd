// A reload, a crash of the engine, a lost device or a diverging lane cost no run.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { SMALL, TINY, address } from "./lib/experiment.mjs";
import { serveAndLaunch } from "./lib/fixture.mjs";
import { discs } from "./lib/images.mjs";
import { currentStep, engineBackend, importFiles, pause, play, readResults, trainOnImport, waitForEvaluation, waitForStep } from "./lib/page.mjs";
import { endGpuProcess, keptRun, said, trap, waitForKept } from "./lib/runs.mjs";

const { url, visit } = serveAndLaunch({ webgpu: false });
const software = serveAndLaunch({ webgpu: true });

const STEPS = 240;
const RUN = { ...SMALL, training: { batch_size: 4, steps: STEPS, evaluate_every: 20 } };

/** Results and every number of the charts, at the end of the run. */
async function ending(page) {
  await waitForStep(page, STEPS, { timeout: 240_000 });
  const results = await waitForEvaluation(page, STEPS);
  const { lanes } = await waitForKept(page, STEPS);
  for (const { history } of lanes) {
    assert.equal(history.loss.length, STEPS);
    assert.ok(history.loss.every(Number.isFinite));
  }
  return { results, lanes };
}

/** Trains once the start has been measured: else whether it is depends on how soon Play is pressed. */
async function begin(page) {
  await waitForEvaluation(page, 0);
  await play(page);
}

let quiet;
/** The same run, undisturbed. */
function undisturbed() {
  quiet ??= (async () => {
    const { page, close } = await visit(address(url(), RUN));
    await begin(page);
    const end = await ending(page);
    await close();
    return end;
  })();
  return quiet;
}

test("a reload in mid-run goes on with the same numbers", { timeout: 480_000 }, async () => {
  const { page, problems, close } = await visit(address(url(), RUN));
  await begin(page);
  await waitForKept(page, 20);
  await page.reload();
  await said(page).getByText("Went on with the run of").waitFor();
  const sentence = await said(page).innerText();
  const from = Number(/from step (\d+)/.exec(sentence)[1]);
  assert.ok(from >= 20 && from < STEPS, sentence);
  assert.ok((await currentStep(page)) >= from);
  const end = await ending(page); // it trains by itself, as it did
  assert.deepEqual(end, await undisturbed());
  assert.deepEqual(problems, []);
  await close();
});

test("another visit is offered the run of this one", { timeout: 240_000 }, async () => {
  const { page, problems, close } = await visit(address(url(), { ...RUN, training: { ...RUN.training, steps: 10_000 } }));
  await play(page);
  await waitForStep(page, 5);
  await pause(page);
  const step = await currentStep(page);
  const kept = await waitForKept(page, step);
  assert.ok(kept.bytes > 1000);

  const second = await page.context().newPage();
  await second.goto(url());
  await second.getByText(`step ${kept.step}?`).waitFor({ timeout: 60_000 });
  await second.getByRole("button", { name: "Resume" }).click();
  await said(second).getByText("Went on with the run of").waitFor();
  assert.equal(await currentStep(second), kept.step);
  await play(second);
  await waitForStep(second, kept.step + 2);
  await second.close();

  const third = await page.context().newPage();
  await third.goto(url());
  await third.getByRole("button", { name: "Start anew" }).click({ timeout: 60_000 });
  await third.getByRole("button", { name: "Start anew" }).waitFor({ state: "detached" });
  for (const deadline = Date.now() + 10_000; (await keptRun(third)) !== null; await sleep(100)) {
    assert.ok(Date.now() < deadline, "the old run is still kept");
  }
  assert.equal(await currentStep(third), 0);
  assert.deepEqual(problems, []);
  await close();
});

test("after a crash of the engine the page goes on by itself, and the next time soon after on demand", { timeout: 480_000 }, async () => {
  const { page, close } = await visit(address(url(), RUN));
  await begin(page);
  await waitForKept(page, 20);
  await trap(page);
  await said(page).getByText("went on from step").waitFor();
  const sentence = await said(page).innerText();
  const [, from, again] = /went on from step (\d+); (\d+|nothing)/.exec(sentence);
  assert.ok(Number(from) >= 20 && (again === "nothing" || Number(again) < STEPS), sentence);

  await waitForKept(page, Number(from) + 20);
  await trap(page);
  const offer = page.getByRole("button", { name: /^Go on from step/ });
  await offer.click();
  await offer.waitFor({ state: "detached" });
  assert.deepEqual(await ending(page), await undisturbed());
  await close();
});

test("once it has trained well for a minute, the page goes on by itself again", { timeout: 120_000 }, async () => {
  const { page, close } = await visit(address(url(), { ...TINY, training: { ...TINY.training, steps: 100_000, evaluate_every: 1000 } }));
  await begin(page);
  let from = 0;
  for (let crash = 0; crash < 3; crash += 1) {
    await waitForKept(page, from + 20);
    if (crash > 0) {
      // A minute passes, by the page's clock; a checkpoint from before it is not fresh.
      await page.evaluate(() => {
        const now = Date.now;
        Date.now = () => now() + 61_000;
      });
      await waitForKept(page, (await currentStep(page)) + 1);
    }
    await trap(page);
    const words = said(page).getByText(/went on from step/);
    await words.waitFor();
    const next = () => words.innerText().then((text) => Number(/from step (\d+)/.exec(text)[1]));
    for (const deadline = Date.now() + 30_000; (await next()) <= from; await sleep(100)) {
      assert.ok(Date.now() < deadline, `it did not go on by itself after crash ${crash + 1}`);
    }
    from = await next();
    assert.equal(await page.getByRole("button", { name: /^Go on from step/ }).count(), 0);
  }
  await close();
});

/** A run on imported images that has been kept, at least of step 2. */
async function runOnImport() {
  const visited = await visit(address(url(), { ...TINY, training: { ...TINY.training, steps: 10_000 } }));
  const { page } = visited;
  await engineBackend(page);
  await importFiles(page, discs(6));
  await page.getByTestId("import-preview").getByText("kept in this browser").waitFor();
  await trainOnImport(page);
  await play(page);
  await waitForKept(page, 2);
  return visited;
}

test("a run on images of one's own goes on after a reload, and after a crash of the engine", { timeout: 180_000 }, async () => {
  const { page, problems, close } = await runOnImport();
  await page.reload();
  await said(page).getByText("Went on with the run of").waitFor();
  const from = Number(/from step (\d+)/.exec(await said(page).innerText())[1]);
  assert.ok(from >= 2);
  assert.ok(await page.getByTestId("imported-set").getByRole("radio").isChecked());
  await waitForKept(page, from + 2);
  assert.deepEqual(problems, []);

  await trap(page);
  await said(page).getByText("went on from step").waitFor();
  const again = Number(/went on from step (\d+)/.exec(await said(page).innerText())[1]);
  assert.ok(again >= from + 2);
  assert.ok(await page.getByTestId("imported-set").getByRole("radio").isChecked());
  await waitForStep(page, again + 2);
  await close();
});

test("a run on images that are gone says that they have to be brought again", { timeout: 120_000 }, async () => {
  const { page, problems, close } = await runOnImport();
  await pause(page);
  // Deleted elsewhere, in another tab or by the browser.
  await page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open("losscope");
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const transaction = opening.result.transaction("sets", "readwrite");
          transaction.objectStore("sets").clear();
          transaction.oncomplete = () => resolve(opening.result.close());
        };
      }),
  );
  await page.reload();
  await said(page).getByText("import them again").waitFor();
  await engineBackend(page);
  assert.equal(await currentStep(page), 0);
  assert.equal(await page.getByTestId("imported-set").count(), 0);
  assert.deepEqual(problems, []);
  await close();
});

test("a browser that stores nothing says so once, and trains", { timeout: 120_000 }, async () => {
  const { page, problems, close } = await visit(address(url(), TINY));
  await page.addInitScript(() => {
    indexedDB.open = () => {
      throw new DOMException("Storage is switched off.", "SecurityError");
    };
  });
  await page.reload();
  await engineBackend(page);
  await said(page).getByText("Storage is switched off.").waitFor();
  await said(page).getByRole("button", { name: "Dismiss" }).click();
  await play(page);
  await waitForEvaluation(page, 60);
  assert.equal(await said(page).innerText(), "");
  assert.deepEqual(problems, []);
  await close();
});

test("a lost graphics device costs no run, and after a second one the CPU takes over", { timeout: 400_000 }, async () => {
  const experiment = { ...TINY, training: { ...TINY.training, steps: 10_000, evaluate_every: 1000 } };
  const open = async () => {
    const { page, close } = await software.visit(address(software.url(), experiment, "webgpu"));
    assert.equal(await engineBackend(page), "webgpu");
    await play(page);
    return { page, close };
  };
  const losses = ({ lanes }, count) => lanes.map(({ history }) => history.loss.slice(0, count));
  const { page, close } = await open();
  /** Ends the process in which WebGPU runs, and returns the step from which the page went on. */
  const crash = async (goOn) => {
    await endGpuProcess(page);
    await goOn();
    await said(page).getByText("went on from step").waitFor({ timeout: 120_000 });
    const sentence = await said(page).innerText();
    assert.match(sentence, /graphics device was lost/);
    const from = Number(/from step (\d+)/.exec(sentence)[1]);
    assert.ok(from >= 5, sentence);
    return { from, sentence };
  };

  await waitForKept(page, 5);
  const { from, sentence } = await crash(async () => undefined);
  console.log(sentence);
  assert.equal(await engineBackend(page), "webgpu");
  const kept = await waitForKept(page, from + 5);
  const second = await crash(() => page.getByRole("button", { name: /^Go on from step/ }).click({ timeout: 120_000 }));
  console.log(second.sentence);
  assert.match(second.sentence, /on the CPU/);
  assert.equal(await engineBackend(page), "cpu");
  await waitForStep(page, second.from + 3);
  await close();

  // Up to the second loss all was computed on WebGPU: nothing differs from a run without the first.
  const quiet = await open();
  assert.deepEqual(losses(await waitForKept(quiet.page, from + 5), from + 5), losses(kept, from + 5));
  await quiet.close();
});

test("a lane that diverges stops alone, and another loss revives it", { timeout: 240_000 }, async () => {
  // Without normalisation, at a rate that throws cross entropy out at once; Dice has no gradient left to diverge by.
  const experiment = {
    data: { ...TINY.data, size: 32 },
    network: { base_channels: 16, depth: 3, norm: "none" },
    optimiser: { kind: "sgd", learning_rate: 10 },
    training: { batch_size: 2, steps: 10_000, evaluate_every: 1000 },
    losses: [{ kind: "ce" }, { kind: "dice" }],
  };
  const { page, problems, close } = await visit(address(url(), experiment));
  await play(page);
  const notice = page.getByTestId("stopped");
  await notice.waitFor();
  assert.equal(await notice.count(), 1);
  const step = Number(await notice.getAttribute("data-step"));
  assert.match(await notice.innerText(), new RegExp(`Stopped at step ${step}`));
  assert.match(await notice.innerText(), /First layer whose output is no number: (encoder|bottleneck|upsampling|decoder|head)/);
  await waitForStep(page, step + 20); // the step counter is that of the lanes that go on
  let [entropy, dice] = await readResults(page);
  assert.equal(entropy.step, step);
  assert.ok(dice.step >= step + 20 && Number.isFinite(dice.loss));
  assert.equal(await notice.count(), 1);

  // What has stopped stays so over a reload.
  await waitForKept(page, step + 20);
  await page.reload();
  await said(page).getByText("Went on with the run of").waitFor();
  assert.equal(await notice.getAttribute("data-step"), String(step));

  await page.getByLabel("Loss of lane 1").selectOption("dice");
  await notice.waitFor({ state: "detached" });
  await waitForStep(page, step + 2);
  [entropy, dice] = await readResults(page);
  assert.ok(entropy.step >= step + 2 && Number.isFinite(entropy.loss));
  assert.deepEqual(problems, []);
  await close();
});
