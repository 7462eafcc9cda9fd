/** Certain predictions: a probability of exactly 0 or 1 has no logit, so a brush stops just before. */

/** As in the bench's own scenes: a logit of ±20.7, beyond what some losses clip. */
const NEAR = 1e-9;

/** The probability that stands for 0 or for 1; any other as it is. */
export function certain(probability: number): number {
  return probability <= 0 ? NEAR : probability >= 1 ? 1 - NEAR : probability;
}

/** 0 or 1 for what stands for it. */
export function rounded(probability: number): number {
  return probability <= NEAR ? 0 : probability >= 1 - NEAR ? 1 : probability;
}
