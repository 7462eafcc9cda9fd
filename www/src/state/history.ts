/** What one lane has reported since it started. Plain arrays: the charts read them when told to. */
import type { Evaluation, StepReport } from "../engine/types";

/** Means over the validation images; null where undefined for all. */
export interface Scores {
  step: number;
  dice: number | null;
  iou: number | null;
  precision: number | null;
  recall: number | null;
}

/** A lane's numbers at one step. */
export interface Numbers {
  loss: number | null;
  /** The foreground's share of the gradient. */
  foreground: number | null;
  /** The last ones up to the step. */
  scores: Scores | null;
}

export class History {
  /** By step; index 0 is step 1. */
  loss: (number | null)[] = [];
  /** The foreground's share of the gradient, by step; null where there is no gradient. */
  foreground: (number | null)[] = [];
  scores: Scores[] = [];

  add(report: StepReport): void {
    this.loss[report.step - 1] = Number.isFinite(report.loss) ? report.loss : null;
    this.foreground[report.step - 1] = foregroundShare(report.gradient_share);
  }

  evaluated(evaluation: Evaluation): void {
    const { step, mean_dice: dice, mean_iou: iou, mean_precision: precision, mean_recall: recall } = evaluation;
    if (this.scores.at(-1)?.step === step) this.scores.pop();
    this.scores.push({ step, dice, iou, precision, recall });
  }

  /** As it was after a step. */
  at(step: number): Numbers {
    return {
      loss: this.loss[step - 1] ?? null,
      foreground: this.foreground[step - 1] ?? null,
      scores: this.scores.findLast((scores) => scores.step <= step) ?? null,
    };
  }
}

/** All classes but the first, which is background. Null where there is no gradient to share. */
export function foregroundShare(shares: number[]): number | null {
  const [background = 0, ...others] = shares;
  const foreground = others.reduce((sum, share) => sum + share, 0);
  return background + foreground > 0 ? foreground : null;
}
