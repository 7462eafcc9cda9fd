/** One of the losses on the bench. */
import type { Loss } from "../../engine/types";

export class Chosen {
  /** Fixes colour, marker and dash for as long as it is there. */
  readonly slot: number;
  loss = $state.raw<Loss>({ kind: "" } as unknown as Loss);

  constructor(slot: number, loss: Loss) {
    this.slot = slot;
    this.loss = loss;
  }
}
