// What faults cost: each at random moments of a run, whose numbers at the end are those of an undisturbed one.
import { isDeepStrictEqual } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";

import { launch, open } from "../lib/browser.mjs";
import { TINY, address } from "../lib/experiment.mjs";
import { currentStep, engineBackend, pause, play, waitForEvaluation, waitForStep } from "../lib/page.mjs";
import { endGpuProcess, exhaust, keepExports, said, trap, waitForKept } from "../lib/runs.mjs";
import { diverge } from "./diverging.mjs";
import { markdownTable, median } from "./numbers.mjs";

const STEPS = 2000;
const RUN = { ...TINY, training: { ...TINY.training, steps: STEPS, evaluate_every: 100 } };
/** WebGPU in software takes far longer for a step. */
const GPU_STEPS = 60;
const GPU_RUN = { ...TINY, training: { ...TINY.training, steps: GPU_STEPS, evaluate_every: 20 } };

/** Results and every number of the charts at the end of a run. */
async function ending(page, steps) {
  await waitForStep(page, steps, { timeout: 600_000 });
  const results = await waitForEvaluation(page, steps);
  const { lanes } = await waitForKept(page, steps);
  return { results, lanes };
}

/** Trains once the start has been measured: else whether it is depends on how soon Play is pressed. */
async function begin(page) {
  await engineBackend(page);
  await waitForEvaluation(page, 0);
  await play(page);
}

/** The step that the page says it went on from. */
async function wentOnFrom(page, words) {
  await said(page).getByText(words).waitFor({ timeout: 120_000 });
  return Number(/from step (\d+)/.exec(await said(page).innerText())[1]);
}

const goOn = (page) => page.getByRole("button", { name: /^Go on from step/ });

/** Each ends in a run that trains again, and says from which step. */
const FAULTS = {
  "the tab is reloaded": {
    run: async (page) => {
      await page.reload();
      return wentOnFrom(page, "Went on with the run of");
    },
  },
  "the engine panics": {
    run: async (page) => {
      await trap(page);
      return wentOnFrom(page, "went on from step");
    },
  },
  "the engine panics, and again": {
    run: async (page) => {
      await trap(page);
      await wentOnFrom(page, "went on from step");
      await sleep(300 + Math.random() * 1500);
      await trap(page);
      await goOn(page).click({ timeout: 60_000 });
      await goOn(page).waitFor({ state: "detached" });
      return wentOnFrom(page, "went on from step");
    },
  },
  "the engine runs out of memory": {
    prepare: keepExports,
    run: async (page) => {
      await exhaust(page);
      return wentOnFrom(page, "went on from step");
    },
  },
  "storage is full": {
    run: async (page) => {
      // From now on nothing can be written: what was kept stays, the run goes on, and the page says so once.
      await page.evaluate(() => {
        const put = IDBObjectStore.prototype.put;
        window.putAgain = () => (IDBObjectStore.prototype.put = put);
        IDBObjectStore.prototype.put = () => {
          throw new DOMException("The storage is full.", "QuotaExceededError");
        };
      });
      await said(page).getByText("storage is full").waitFor({ timeout: 60_000 });
      const step = await currentStep(page);
      await said(page).getByRole("button", { name: "Dismiss" }).click();
      return step;
    },
    // Nothing is kept at its end, so what is compared is what the page shows.
    ending: async (page) => {
      await waitForStep(page, STEPS, { timeout: 600_000 });
      return { results: await waitForEvaluation(page, STEPS) };
    },
  },
  "the GPU's process ends": {
    webgpu: true,
    run: async (page) => {
      await endGpuProcess(page);
      return wentOnFrom(page, "went on from step");
    },
  },
};

async function once(browser, url, fault, undisturbed) {
  const [run, steps, backend] = fault.webgpu ? [GPU_RUN, GPU_STEPS, "webgpu"] : [RUN, STEPS, "cpu"];
  const { page, close } = await open(browser, "about:blank");
  await fault.prepare?.(page);
  await page.goto(address(url, run, backend));
  await begin(page);
  await waitForKept(page, 1);
  const kept = await currentStep(page);
  const moment = kept + Math.floor(Math.random() * 0.7 * (steps - kept));
  await waitForStep(page, moment, { timeout: 600_000 });
  const reached = await currentStep(page);
  const from = await fault.run(page);
  const end = await (fault.ending?.(page) ?? ending(page, steps));
  await close();
  const expected = Object.fromEntries(Object.keys(end).map((key) => [key, undisturbed[key]]));
  return { at: reached, from, again: Math.max(0, reached - from), equal: isDeepStrictEqual(end, expected) };
}

/** Every fault so many times; with names, only these. */
export async function measureFaults(url, times, names = []) {
  const wanted = (name) => names.length === 0 || names.includes(name);
  const rows = [];
  const details = {};
  /** The same fault again and again. */
  const repeat = async (name, attempt) => {
    if (!wanted(name)) return;
    const runs = [];
    for (let i = 1; i <= times; i += 1) {
      const outcome = await attempt(i).catch((error) => ({ failed: String(error) }));
      runs.push(outcome);
      console.error(name, i, JSON.stringify(outcome));
    }
    details[name] = runs;
    const done = runs.filter(({ failed }) => failed === undefined);
    const again = done.map(({ again }) => again);
    rows.push([name, times, done.length, done.filter(({ equal }) => equal).length, median(again), Math.max(...again)]);
  };
  for (const webgpu of [false, true]) {
    const faults = Object.entries(FAULTS).filter(([, fault]) => Boolean(fault.webgpu) === webgpu);
    const start = () => launch({ webgpu });
    let browser = await start();
    const [run, steps, backend] = webgpu ? [GPU_RUN, GPU_STEPS, "webgpu"] : [RUN, STEPS, "cpu"];
    const { page, close } = await open(browser, address(url, run, backend));
    await begin(page);
    const undisturbed = await ending(page, steps);
    await pause(page).catch(() => undefined); // it has stopped by itself
    await close();
    for (const [name, fault] of faults) {
      await repeat(name, async () => {
        // A browser stops offering WebGPU to pages whose GPU process ends again and again.
        if (webgpu) {
          await browser.close();
          browser = await start();
        }
        return once(browser, url, fault, undisturbed);
      });
    }
    // The lane breaks at a random moment.
    if (!webgpu) await repeat("a lane's loss is no number", () => diverge(browser, url));
    await browser.close();
  }
  const head = ["fault, at a random moment", "times", "went on", "same numbers at the end", "steps computed again, median", "at most"];
  return { markdown: markdownTable(head, rows), runs: details };
}
