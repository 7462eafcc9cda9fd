/** The live sentence above the lanes: what is to be seen, in numbers that the engine measured. */
import { t } from "../i18n/messages";
import { wholePercent } from "./format";
import { midSentence, sentenceStart } from "./losses";

/** What one lane has to tell. */
export interface Account {
  name: string;
  step: number;
  /** Background's share of the gradient at `step`; null where the gradient is zero. */
  background: number | null;
  /** Share of the foreground found on the validation images; null where not measured at `step`. */
  recall: number | null;
}

/** Before there is anything to tell. `waits` for a lesson, which says itself when to run. */
export function opening(lanes: number, running: boolean, waits = false): string {
  if (lanes === 0) return t("training.story.none");
  const when = running ? "running" : waits ? "waits" : "ready";
  return lanes === 1 ? t(`training.story.${when}.one`) : t(`training.story.${when}.many`, { lanes });
}

/**
 * Names the lane that finds the least, what pushes it, and the lane that finds the most; before anything is
 * measured, the lane whose gradient comes most from background.
 */
export function story(accounts: Account[]): string | null {
  const pushed = accounts.filter((account) => account.step > 0 && account.background !== null);
  const measured = pushed.length > 0 && pushed.every((account) => account.recall !== null);
  const drowned = extreme(pushed, (account) => (measured ? -(account.recall ?? 0) : (account.background ?? 0)));
  if (drowned?.background == null) return null;

  const others = accounts.filter((account) => account !== drowned && account.recall !== null);
  const best = extreme(others, (account) => account.recall ?? 0);
  const values = {
    step: drowned.step,
    background: roundPercent(drowned.background),
    lane: midSentence(drowned.name),
    name: drowned.name,
  };
  const first =
    drowned.recall === null
      ? t("training.story.pushed", values)
      : t("training.story.pushedAndFinds", { ...values, recall: roundPercent(drowned.recall) });
  // Until the first scores are there, a newcomer still learns what the lanes have in common.
  if (best?.recall == null) {
    const common = measured || accounts.length < 2 ? "" : t("training.story.inCommon", { lanes: accounts.length });
    return [common, first].filter((sentence) => sentence !== "").join(" ");
  }
  const found = t(drowned.recall === null ? "training.story.findsForeground" : "training.story.finds", {
    lane: sentenceStart(best.name),
    name: best.name,
    when: best.step === drowned.step ? "then" : "later",
    step: best.step,
    recall: roundPercent(best.recall),
  });
  return `${first} ${found}`;
}

/** A percentage inside a sentence: whole, unless it is very small. Not quite all of it must not read as all of it. */
function roundPercent(fraction: number): string {
  if (fraction > 0 && fraction < 0.005) return t("training.story.less", { percent: wholePercent(0.01) });
  if (fraction < 1 && fraction >= 0.995) return t("training.story.more", { percent: wholePercent(0.99) });
  return wholePercent(fraction);
}

function extreme(accounts: Account[], measure: (account: Account) => number): Account | undefined {
  return accounts.reduce<Account | undefined>(
    (best, account) => (best === undefined || measure(account) > measure(best) ? account : best),
    undefined,
  );
}
