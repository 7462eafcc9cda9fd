// A lane whose loss is no longer finite, beside one that goes on.
import { isDeepStrictEqual } from "node:util";

import { open } from "../lib/browser.mjs";
import { TINY, address } from "../lib/experiment.mjs";
import { engineBackend, play, waitForStep } from "../lib/page.mjs";
import { waitForKept } from "../lib/runs.mjs";

/** Steps that the other lane is watched for afterwards. */
const AFTER = 200;

const experiment = (losses) => ({
  ...TINY,
  optimiser: { learning_rate: 0.003 },
  training: { ...TINY.training, steps: 10_000, evaluate_every: 1000 },
  losses,
});

/** The mean error of pixels, which is no number any more once it falls below a bound: exp overflows, and 0 · ∞ is none. */
const breaking = (bound) => ({
  kind: "formula",
  formula: `mean(1 - pt) + 0 * exp(1000 * (${(bound + 0.0887).toFixed(4)} - mean(1 - pt)))`,
});
const STAYS = { kind: "dice" };

/** The losses of a run's last lane up to a step, which `watch` returns. */
async function lossesOf(browser, url, losses, watch) {
  const { page, close } = await open(browser, address(url, experiment(losses), "cpu"));
  await engineBackend(page);
  await play(page);
  const step = await watch(page);
  await waitForStep(page, step);
  const { lanes } = await waitForKept(page, step);
  await close();
  return { step, losses: lanes.at(-1).history.loss.slice(0, step) };
}

/** The other lane's numbers beside one that breaks, and alone. */
export async function diverge(browser, url) {
  let at;
  const beside = await lossesOf(browser, url, [breaking(0.15 + 0.25 * Math.random()), STAYS], async (page) => {
    const notice = page.getByTestId("stopped");
    await notice.waitFor({ timeout: 120_000 });
    at = Number(await notice.getAttribute("data-step"));
    const words = await notice.innerText();
    if (!words.includes(`Stopped at step ${at}`) || !/All layers still|First layer/.test(words)) throw new Error(`The page says: ${words}`);
    return at + AFTER;
  });
  const alone = await lossesOf(browser, url, [STAYS], async () => beside.step);
  const equal = beside.losses.every(Number.isFinite) && isDeepStrictEqual(beside.losses, alone.losses);
  return { at, from: at, again: 0, equal };
}
