/** A run's numbers as a lesson asks for them: those that the engine reported, by lane and step. */
import type { DatasetInfo, Evaluation } from "../engine/types";
import type { Numbers } from "./expression";

/** What is known of one lane. */
export interface Measured {
  /** By step; index 0 is step 1. */
  loss: (number | null)[];
  foreground: (number | null)[];
  /** By step. */
  evaluations: Readonly<Record<number, Evaluation>>;
}

/** What one run gave, as far as it has come. */
export interface Run {
  lanes: readonly Measured[];
  dataset: DatasetInfo | null;
  /** Where numbers are taken if an expression names no step. */
  step: number;
}

/** `runs` are those over several seeds; `page` finds what other pages' runs gave. */
export function numbersOf(
  { lanes, dataset, step }: Run,
  runs: readonly (readonly Measured[])[] = [],
  page: Numbers["page"] = () => null,
): Numbers {
  const read = (lane: Measured | undefined, metric: string, at: number): number | null =>
    lane === undefined ? null : measure(lane, metric, at, dataset);
  return {
    lanes: lanes.length,
    foreground: foregroundOf(dataset),
    empty: emptyOf(dataset),
    value: (metric, lane, at) => read(lanes[lane], metric, at ?? step),
    collected: (metric, lane) => runs.map((run) => read(run[lane], metric, step)),
    page,
  };
}

function emptyOf(dataset: DatasetInfo | null): number | null {
  if (dataset === null) return null;
  const held = dataset.samples.filter(({ split }) => split === "validation");
  return held.filter(({ foreground_fraction }) => foreground_fraction === 0).length;
}

function foregroundOf(dataset: DatasetInfo | null): number | null {
  if (dataset === null) return null;
  const [background = 1] = dataset.class_fractions;
  return 1 - background;
}

function measure(lane: Measured, metric: string, step: number, dataset: DatasetInfo | null): number | null {
  const foreground = lane.foreground[step - 1] ?? null;
  const evaluation = lane.evaluations[step];
  switch (metric) {
    case "loss":
      return lane.loss[step - 1] ?? null;
    case "foreground_share":
      return foreground;
    case "background_share":
      return foreground === null ? null : 1 - foreground;
    case "dice":
      return evaluation?.mean_dice ?? null;
    case "iou":
      return evaluation?.mean_iou ?? null;
    case "precision":
      return evaluation?.mean_precision ?? null;
    case "recall":
      return evaluation?.mean_recall ?? null;
    case "undefined_dice":
      return evaluation?.undefined_dice ?? null;
    case "dice_1":
      return evaluation?.class_dice[1] ?? null;
    case "dice_2":
      return evaluation?.class_dice[2] ?? null;
    case "accuracy":
      return evaluation === undefined || dataset === null ? null : accuracy(evaluation, dataset);
    default:
      return null;
  }
}

/**
 * The share of pixels that are right, over all images: recall of each class, weighted with the class's share of the
 * image. Of two classes only, since the share of each of several is not known image by image.
 */
function accuracy({ per_image }: Evaluation, { samples, classes }: DatasetInfo): number | null {
  if (classes.length !== 2) return null;
  const shares = new Map(samples.map(({ name, foreground_fraction }) => [name, foreground_fraction]));
  let right = 0;
  for (const { image, recall } of per_image) {
    const foreground = shares.get(image);
    if (foreground === undefined) return null;
    right += (1 - foreground) * (recall[0] ?? 0) + foreground * (recall[1] ?? 0);
  }
  return per_image.length === 0 ? null : right / per_image.length;
}
