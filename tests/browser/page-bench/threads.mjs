// How many steps eight lanes take in a while on the CPU, by how many workers train them side by side.
import { availableParallelism } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

import { launch, open } from "../lib/browser.mjs";
import { address } from "../lib/experiment.mjs";
import { currentStep, engineBackend, play, waitForStep } from "../lib/page.mjs";
import { EIGHT_LANES } from "./eight-lanes.mjs";
import { markdownTable } from "./numbers.mjs";

const SECONDS = 30;

async function stepsWith(browser, url, threads) {
  const { page, close } = await open(browser, `${address(url, EIGHT_LANES, "cpu")}&threads=${threads}`);
  await engineBackend(page);
  await play(page);
  await waitForStep(page, 5); // the other workers have come
  const [from, at] = [await currentStep(page), performance.now()];
  await sleep(1000 * SECONDS);
  const steps = (await currentStep(page)) - from;
  const seconds = (performance.now() - at) / 1000;
  await close();
  return steps / seconds;
}

export async function measureThreads(url) {
  const browser = await launch({ webgpu: false });
  try {
    const counts = [1, 2, 3, 4].filter((threads) => threads <= Math.max(2, availableParallelism()));
    const rates = [];
    for (const threads of counts) rates.push(await stepsWith(browser, url, threads));
    const rows = counts.map((threads, at) => [threads, rates[at].toFixed(2), (rates[at] / rates[0]).toFixed(2)]);
    const head = [`workers (of ${availableParallelism()} processors)`, "steps a second of all eight lanes", "times one worker"];
    return { markdown: markdownTable(head, rows), rates };
  } finally {
    await browser.close();
  }
}
