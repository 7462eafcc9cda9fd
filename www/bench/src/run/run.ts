/** Lets the contestants train in turns. */
import type { Contestant } from "../contestants/contestant";
import { flopsPerStep } from "../problem/network";
import { type Case, makeProblem } from "../problem/problem";
import { expectedLosses } from "../problem/expected";
import { Lane } from "./lane";
import type { CaseResults, Report, Rules } from "./result";

/** The rules but for the limit, which one may choose. */
export const RULES: Omit<Rules, "limit_seconds"> = {
  warm_up_steps: 3,
  rounds: 5,
  steps_per_round: 4,
  first_loss_tolerance: 1e-4,
  loss_tolerance: 1e-3,
};

/** What to run, and whom to tell how far it is. */
export interface Run {
  readonly cases: readonly Case[];
  readonly contestants: readonly Contestant[];
  readonly limitSeconds: number;
  /** @param part of the run that is done, 0 to 1 */
  readonly onProgress: (what: string, part: number) => void;
  readonly onCase: (results: CaseResults) => void;
}

/** Runs all cases, one after the other. */
export async function run({ cases, contestants, limitSeconds, onProgress, onCase }: Run): Promise<Report> {
  const rules = { ...RULES, limit_seconds: limitSeconds };
  const report: Report = {
    date: new Date().toISOString(),
    user_agent: navigator.userAgent,
    hardware_concurrency: navigator.hardwareConcurrency,
    cross_origin_isolated: crossOriginIsolated,
    rules,
    cases: [],
  };
  for (const [index, one] of cases.entries()) {
    const name = `${one.size}×${one.size}, batch ${one.batch}`;
    const results = await runCase(one, contestants, rules, async (what, part) => {
      onProgress(`${name}: ${what}`, (index + part) / cases.length);
      await painted();
    });
    report.cases.push(results);
    onCase(results);
  }
  onProgress("Done", 1);
  return report;
}

async function runCase(
  { size, batch }: Case,
  contestants: readonly Contestant[],
  rules: Rules,
  tell: (what: string, part: number) => Promise<void>,
): Promise<CaseResults> {
  await tell("reference", 0);
  const problem = makeProblem({ size, batch });
  const expected = expectedLosses(problem);
  const turns = rules.rounds + 1;
  const lanes: Lane[] = [];
  for (const [index, contestant] of contestants.entries()) {
    await tell(`${contestant.name}, first steps`, index / contestants.length / turns);
    const lane = new Lane(contestant, problem, expected, rules);
    lanes.push(lane);
    await lane.warmUp();
  }
  for (let round = 1; round <= rules.rounds; round++) {
    for (const [index, lane] of lanes.entries()) {
      if (!lane.running) continue;
      const name = contestants[index]?.name ?? "";
      await tell(`${name}, round ${round} of ${rules.rounds}`, (round + index / lanes.length) / turns);
      await lane.round();
    }
  }
  return {
    ...{ size, batch, flops_per_step: flopsPerStep(size, batch), expected_losses: expected },
    contestants: lanes.map((lane) => lane.finish()),
  };
}

/** Lets the page show what is going on before a contestant takes the thread. */
function painted(): Promise<void> {
  return new Promise((resolve) => window.setTimeout(resolve, 20));
}
