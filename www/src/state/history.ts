/** What one lane has reported since it started. Plain arrays: the charts read them when told to. */
import type { Evaluation, StepReport } from "../engine/types";

export class History {
  /** By step; index 0 is step 1. */
  loss: (number | null)[] = [];
  /** The foreground's share of the gradient, by step; null where there is no gradient. */
  foreground: (number | null)[] = [];
  dice: { step: number; value: number | null }[] = [];

  add(report: StepReport): void {
    this.loss[report.step - 1] = Number.isFinite(report.loss) ? report.loss : null;
    this.foreground[report.step - 1] = foregroundShare(report.gradient_share);
  }

  evaluated({ step, mean_dice }: Evaluation): void {
    if (this.dice.at(-1)?.step === step) this.dice.pop();
    this.dice.push({ step, value: mean_dice });
  }
}

/** All classes but the first, which is background. Null where there is no gradient to share. */
export function foregroundShare(shares: number[]): number | null {
  const [background = 0, ...others] = shares;
  const foreground = others.reduce((sum, share) => sum + share, 0);
  return background + foreground > 0 ? foreground : null;
}
