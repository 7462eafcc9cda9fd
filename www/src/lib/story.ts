/** The live sentence above the lanes: what is to be seen, in numbers that the engine measured. */
import { roundPercent } from "./format";
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

const COUNTS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight"];

/** Before there is anything to tell. `waits` for a lesson, which says itself when to run. */
export function opening(lanes: number, running: boolean, waits = false): string {
  if (lanes === 0) return "Add a loss to begin.";
  const first = running ? "Training" : waits ? "At the start" : "Press Play";
  if (lanes === 1) return `${first}: one network learns. Add a second loss to compare.`;
  return `${first}: ${COUNTS[lanes] ?? lanes} networks learn the same images from the same weights; only the loss differs.`;
}

/** Until the first scores are there, a newcomer still learns what the lanes have in common. */
function inCommon(lanes: number): string {
  const count = COUNTS[lanes] ?? String(lanes);
  return lanes < 2 ? "" : `${sentenceStart(count)} networks learn the same images; only the loss differs. `;
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

  const first = `At step ${drowned.step}, ${roundPercent(drowned.background)} of ${midSentence(drowned.name)}’s gradient comes from background`;
  const itself = drowned.recall === null ? "" : `, and it finds ${roundPercent(drowned.recall)} of the foreground`;
  const others = accounts.filter((account) => account !== drowned && account.recall !== null);
  const best = extreme(others, (account) => account.recall ?? 0);
  if (best?.recall == null) return `${measured ? "" : inCommon(accounts.length)}${first}${itself}.`;
  const when = best.step === drowned.step ? "" : `, at step ${best.step},`;
  const what = itself === "" ? " of the foreground" : "";
  return `${first}${itself}. ${sentenceStart(best.name)}${when} finds ${roundPercent(best.recall)}${what}.`;
}

function extreme(accounts: Account[], measure: (account: Account) => number): Account | undefined {
  return accounts.reduce<Account | undefined>(
    (best, account) => (best === undefined || measure(account) > measure(best) ? account : best),
    undefined,
  );
}
