/** The losses that every contestant must have, from computations that use none of them. */
import type { Case, Problem } from "./problem";
import { referenceLoss } from "./reference";

/** Losses of steps 2 to 4 of PyTorch in double precision: `torch_unet.py --double`. */
const LATER_LOSSES: readonly (Case & { readonly losses: readonly number[] })[] = [
  { size: 32, batch: 4, losses: [0.754594423730009, 0.722760850995921, 0.693932744108346] },
  { size: 64, batch: 4, losses: [0.740536137304318, 0.716798111325911, 0.69654556158969] },
  { size: 64, batch: 8, losses: [0.742626164781095, 0.716901168265311, 0.683318933219251] },
  { size: 128, batch: 4, losses: [0.71903247990175, 0.72159779198392, 0.697155667005893] },
];

/**
 * Losses of the first steps, each before its update: the first computed here, those that show gradient
 * and optimiser from a table, where it has the case.
 */
export function expectedLosses(problem: Problem): number[] {
  const known = LATER_LOSSES.find(({ size, batch }) => size === problem.size && batch === problem.batch);
  return [referenceLoss(problem), ...(known?.losses ?? [])];
}
