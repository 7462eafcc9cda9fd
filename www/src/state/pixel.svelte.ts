/** The pixel that every lane explains. */
import type { PixelExplanation } from "../engine/types";
import type { Place } from "../lib/places";
import { lab } from "./lab.svelte";
import { Latest } from "./latest";

class PixelOfInterest {
  /** Counted from 0, in the picture that is shown; null while no pixel is asked about. */
  place = $state.raw<Place | null>(null);
  /** Of each lane, as its pictures were when it was asked. */
  explanations = $state.raw<PixelExplanation[]>([]);
  problem = $state<string | null>(null);

  #asking = new Latest<Place>((place) => this.#ask(place), 0);

  /** Rows and columns of the pictures. */
  get size(): { height: number; width: number } {
    const dataset = lab.session?.dataset;
    if (dataset === undefined) return { height: 1, width: 1 };
    const { depth, height, width } = dataset;
    return { axial: { height, width }, coronal: { height: depth, width }, sagittal: { height: depth, width: height } }[
      lab.look.axis
    ];
  }

  get centre(): Place {
    const { height, width } = this.size;
    return { row: Math.floor(height / 2), column: Math.floor(width / 2) };
  }

  choose(place: Place | null): void {
    this.place = place === null ? null : this.#within(place);
    if (place === null) this.explanations = [];
    this.ask();
  }

  /** Asks anew: the pictures are others now. */
  ask(): void {
    if (this.place === null || lab.status !== "ready") return;
    const place = this.#within(this.place);
    this.place = place;
    this.#asking.want(place);
  }

  of(lane: number): PixelExplanation | undefined {
    return this.explanations.find((explanation) => explanation.lane === lane);
  }

  #within({ row, column }: Place): Place {
    const { height, width } = this.size;
    const clamp = (value: number, count: number) => Math.max(0, Math.min(count - 1, Math.round(value)));
    return { row: clamp(row, height), column: clamp(column, width) };
  }

  async #ask(place: Place): Promise<void> {
    try {
      const explanations = await lab.client.send({ type: "explain_pixel", ...place });
      if (this.place !== null) this.explanations = explanations;
      this.problem = null;
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
    }
  }
}

export const pixel = new PixelOfInterest();
