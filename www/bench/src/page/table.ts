/** The results of one case as rows of text, for the page and for Markdown alike. */
import type { GpuCounts } from "../run/counts";
import type { CaseResults, Report, Result } from "../run/result";
import { median, quantile } from "../run/statistics";

/** Headings of the table's columns; all but the first two are numbers. */
export const COLUMNS = [
  "Contestant",
  "Runs on",
  "Step, median ms",
  "Quartiles",
  "Steps",
  "First step, ms",
  "GFLOP/s",
  "Losses off by",
  "Dispatches",
  "Submits",
  "New buffers",
  "New pipelines",
] as const;

/** One cell for each of `COLUMNS`. */
export function rows(results: CaseResults): string[][] {
  return results.contestants.map((result) => row(result, results));
}

/** The heading of a case's table. */
export function caption({ size, batch, flops_per_step, expected_losses }: CaseResults): string {
  const work = `${(flops_per_step / 1e9).toFixed(3)} GFLOP a step`;
  return `${size}×${size}, batch ${batch}: ${work}, losses ${expected_losses.map((loss) => loss.toFixed(6)).join(", ")}, …`;
}

/** All tables and what one must know to read them. */
export function markdown(report: Report): string {
  const tables = report.cases.map((results) => {
    const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
    const ruler = COLUMNS.map((_, index) => (index < 2 ? "---" : "--:"));
    return [`### ${caption(results)}`, "", ...[COLUMNS, ruler, ...rows(results)].map(line)].join("\n");
  });
  const list = notes(report).map((note) => `- ${note}`);
  return [...tables, explanation(report), list.join("\n")].filter((part) => part !== "").join("\n\n");
}

/** What one must know of single contestants. */
export function notes({ cases }: Report): string[] {
  const all = cases.flatMap(({ contestants }) => contestants.filter((one) => one.notes !== ""));
  return [...new Set(all.map((one) => `${one.name}: ${one.notes}`))];
}

/** Number of the cells, from the third on, over which the reason goes where there is no time. */
export const REASON_CELLS = 3;

/** How the numbers were made, in sentences. */
export function explanation(report: Report): string {
  const { rules, hardware_concurrency: cores, cross_origin_isolated: isolated } = report;
  return [
    `Each step is timed from its call until its loss has been read; everyone reads the loss at every step.`,
    `${rules.warm_up_steps} steps of warm-up, then ${rules.rounds} rounds of ${rules.steps_per_round} steps in turns;`,
    `at most ${rules.limit_seconds} s for each contestant.`,
    `WebGPU calls: of the first step → of a later one.`,
    `${cores} logical cores, ${isolated ? "threads may share memory" : "threads may not share memory"}.`,
    `${report.user_agent}, ${report.date}.`,
  ].join(" ");
}

function row(result: Result, { flops_per_step, expected_losses }: CaseResults): string[] {
  const { name, version, adapter, status, reason, step_ms, losses, first_step_ms } = result;
  const middle = median(step_ms);
  const measured = status === "measured";
  const times = measured
    ? [number(middle), `${number(quantile(step_ms, 0.25))}–${number(quantile(step_ms, 0.75))}`, `${step_ms.length}`]
    : [`${STATUS[status]}: ${reason}`, "", ""];
  const off = expected_losses.slice(0, losses.length).map((loss, step) => Math.abs(loss - (losses[step] ?? NaN)));
  return [
    `${name} (${version})`,
    adapter ?? "",
    ...times,
    first_step_ms === null ? "" : number(first_step_ms),
    measured ? number(flops_per_step / middle / 1e6) : "",
    losses.length === 0 ? "" : Math.max(...off).toExponential(1),
    ...(["dispatches", "submits", "buffers", "pipelines"] as const).map((key) => gpu(result, key)),
  ];
}

const STATUS = {
  unfinished: "did not finish",
  disagrees: "computes something else",
  unavailable: "not here",
  failed: "failed",
} as const;

function gpu({ first_step_gpu: first, step_gpu: later }: Result, key: keyof GpuCounts): string {
  if (first === null) return "";
  return later === null ? `${first[key]}` : `${first[key]} → ${later[key]}`;
}

/** Three digits, but all of those before the point. */
function number(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
