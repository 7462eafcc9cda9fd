/** Augmentation as the paper trained with it, and none. */
import type { Augmentation } from "../engine/types";

/** The defaults of MIScnn, which "Unified Focal loss" trained with; see `Augmentation::paper` of the engine. */
export const PAPER: Augmentation = {
  probability: 0.15,
  scale: [0.85, 1.25],
  rotation: 15,
  mirror: true,
  elastic: 0.03,
  brightness: [0.5, 2],
};

export const OFF: Augmentation = {
  probability: 0.15,
  scale: [1, 1],
  rotation: 0,
  mirror: false,
  elastic: 0,
  brightness: [1, 1],
};

/** Whether it changes nothing. */
export function isOff({ probability, scale, rotation, mirror, elastic, brightness }: Augmentation): boolean {
  const still = [...scale, ...brightness].every((factor) => factor === 1) && rotation === 0 && elastic === 0;
  return probability === 0 || (still && !mirror);
}
