/** What the compiled studies answer. Every number of a report comes from here. */
import type { Comparison } from "../../engine/types/Comparison";
import type { Description } from "../../engine/types/Description";
import type { Interval } from "../../engine/types/Interval";
import type { Metric } from "../../engine/types/Metric";
import type { MetricInfo } from "../../engine/types/MetricInfo";
import type { Verdict } from "../../engine/types/Verdict";

export type { Metric, MetricInfo };

/** Files that come together: a folder of the terminal, or what someone was handed. */
export interface Folder {
  name: string;
  /** Name and text of each. */
  files: [string, string][];
}

export interface Preset {
  name: string;
  summary: string;
  document: string;
}

/** Where a cell's result comes from. */
export interface Origin {
  key: string;
  taken_from: string;
  also_in: string[];
  differs_in: string[];
}

export interface Cell {
  key: string;
  dataset: string;
  foreground: number | null;
  learning_rate: number;
  loss: string;
  seed: string;
  /** The imported images that it needs. */
  imported: string | null;
  /** Its data are a folder on disk, which a page cannot read. */
  folder: boolean;
  steps: number;
  done: boolean;
}

export interface StudyInfo {
  name: string;
  /** With every default filled in. */
  document: string;
  primary: Metric;
  cells: Cell[];
  /** Results of cells that the study does not have. */
  foreign: number;
  /** Files that were left out, in sentences. */
  unusable: string[];
  provenance: Origin[];
}

/** A loss against the best. */
export interface Against {
  other: string;
  difference: number | null;
  interval: Interval | null;
  p: number | null;
  effect: number | null;
  verdict: Verdict;
}

/** A metric of a loss. */
export interface LossSummary extends Description {
  seed_deviation: number | null;
  undefined_values: number;
  values: number;
  per_image: (number | null)[];
  against_best: Against | null;
}

export interface MetricReport {
  metric: Metric;
  best: number | null;
  losses: LossSummary[];
  comparisons: Comparison[];
}

export interface LossReport {
  name: string;
  seeds: number[];
  stopped: number;
  validation_dice: number | null;
}

/** Losses on the same images. */
export interface GroupReport {
  dataset: string;
  foreground: number | null;
  learning_rate: number;
  test_foreground: number;
  train: number;
  images: { image: string; source: string }[];
  losses: LossReport[];
  metrics: MetricReport[];
}

export interface StudyReport {
  study: { name: string };
  cells: number;
  missing: string[];
  machines: { version: string; backend: string; adapter: string; cells: number }[];
  notes: string[];
  groups: GroupReport[];
}

export interface Figure {
  name: string;
  caption: string;
  svg: string;
}

/** What results come to. */
export interface Made {
  report: StudyReport;
  /** In the page's colours. */
  figures: Figure[];
  metrics: MetricInfo[];
}

/** Files of a report, as the terminal writes them. */
export const EXPORTS = [
  "study.json",
  "summary.csv",
  "comparisons.csv",
  "values.csv",
  "runs.csv",
  "report.json",
  "report.md",
  "report.html",
  "tables.tex",
] as const;
export type Export = (typeof EXPORTS)[number];
