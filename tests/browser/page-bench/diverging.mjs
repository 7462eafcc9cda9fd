// A lane whose loss is no longer finite, beside one that goes on.
import { isDeepStrictEqual } from "node:util";

import { open } from "../lib/browser.mjs";
import { address } from "../lib/experiment.mjs";
import { engineBackend, play, waitForStep } from "../lib/page.mjs";
import { waitForKept } from "../lib/runs.mjs";

/** Steps that the other lane is watched for afterwards. */
const AFTER = 20;

/** Without normalisation, at a rate that throws cross entropy out soon; Dice has no gradient left to diverge by. */
const experiment = (seed, losses) => ({
  seed,
  data: { source: "synthetic", size: 32, count: 24, foreground: 0.1 },
  network: { base_channels: 16, depth: 3, norm: "none" },
  optimiser: { kind: "sgd", learning_rate: 3 },
  training: { batch_size: 2, steps: 10_000, evaluate_every: 1000 },
  losses: losses.map((kind) => ({ kind })),
});

/** The losses of a run's last lane up to a step; what `watch` returns decides up to which. */
async function lossesOf(browser, url, seed, losses, watch) {
  const { page, close } = await open(browser, address(url, experiment(seed, losses), "cpu"));
  await engineBackend(page);
  await play(page);
  const step = await watch(page);
  await waitForStep(page, step);
  const { lanes } = await waitForKept(page, step);
  await close();
  return { step, losses: lanes.at(-1).history.loss.slice(0, step) };
}

/** The other lane's numbers, beside one that breaks and alone. */
export async function diverge(browser, url, seed) {
  let at;
  const beside = await lossesOf(browser, url, seed, ["ce", "dice"], async (page) => {
    const notice = page.getByTestId("stopped");
    await notice.waitFor({ timeout: 120_000 });
    const words = await notice.innerText();
    const layer = /First layer whose output is no number: (\S+)/.exec(words);
    if ((await notice.count()) !== 1 || layer === null) throw new Error(`The page says: ${words}`);
    at = Number(await notice.getAttribute("data-step"));
    return at + AFTER;
  });
  const alone = await lossesOf(browser, url, seed, ["dice"], async () => beside.step);
  return { at, from: at, again: 0, equal: isDeepStrictEqual(beside.losses, alone.losses) };
}
