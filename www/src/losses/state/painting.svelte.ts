/** The picture that is painted: a truth, a prediction, the brush, and what the losses say of it. */
import { t } from "../../i18n/messages";
import { alongLine, type Point } from "../../lib/stroke";
import { Latest } from "../../state/latest";
import type { Gives } from "../engine/protocol";
import type { Guess, Truth } from "../engine/types";
import { wordIn } from "../lib/address";
import { readPicture, writePicture } from "../lib/strokes";
import { bench, message } from "./bench.svelte";
import type { Chosen } from "./chosen.svelte";
import { view } from "./view.svelte";

export const TRUTHS: readonly Truth[] = ["lesion", "large", "several", "vessel", "nothing"];
export const GUESSES: readonly Guess[] = ["mistakes", "right", "shifted", "too_large", "missed", "unsure", "certain"];
/** The bench's scenes are of this many pixels a side. */
export const SIDE = 32;
const UNDO_STEPS = 40;

export type Layer = "prediction" | "truth";

interface Picture {
  probabilities: Float64Array;
  labels: Uint8Array;
}

interface Remembered {
  picture: Picture;
  edited: boolean;
  truth: Truth;
  guess: Guess;
}

interface Result extends Gives<"evaluate"> {
  /** Of which losses it is. */
  slots: number[];
  kinds: string[];
}

const asked = new URLSearchParams(location.search);

class Painting {
  truth = $state<Truth>(wordIn(asked.get("truth"), TRUTHS, "lesion"));
  guess = $state<Guess>(wordIn(asked.get("guess"), GUESSES, "mistakes"));
  /** Null until the bench has made the scene. A new object with every stroke. */
  picture = $state.raw<Picture | null>(null);
  /** Something was painted over the scene. */
  edited = $state(false);
  layer = $state<Layer>("prediction");
  /** What the brush paints into the prediction. */
  probability = $state(0.95);
  /** What it paints into the truth. */
  label = $state<0 | 1>(1);
  /** In pixels. */
  radius = $state(1.5);
  /** The pixel that is read out, row by row. */
  pixel = $state(11 * SIDE + 14);
  /** For the losses of these slots, in this order. */
  result = $state.raw<Result | null>(null);
  problem = $state<string | null>(null);
  #undo = $state.raw<Remembered[]>([]);

  #evaluating = new Latest<null>(() => this.#evaluate(), 0);

  /** Reads out the pixel there, or the nearest one of the picture. */
  read(row: number, column: number): void {
    const within = (value: number) => Math.max(0, Math.min(SIDE - 1, value));
    this.pixel = within(row) * SIDE + within(column);
  }

  /** Where the result has what belongs to a loss; −1 while it has only that of one which was there before. */
  placeOf({ slot, loss }: Chosen): number {
    const at = this.result?.slots.indexOf(slot) ?? -1;
    return this.result?.kinds[at] === loss.kind ? at : -1;
  }

  get row(): number {
    return Math.floor(this.pixel / SIDE);
  }

  get column(): number {
    return this.pixel % SIDE;
  }

  get canUndo(): boolean {
    return this.#undo.length > 0;
  }

  /** The picture for the address; null where the scene is untouched. */
  settings(): Record<string, string | null> {
    const { picture } = this;
    return {
      truth: this.truth === "lesion" ? null : this.truth,
      guess: this.guess === "mistakes" ? null : this.guess,
      picture: this.edited && picture !== null ? writePicture(picture.probabilities, picture.labels) : null,
    };
  }

  /** The scene of `truth` and `guess`; or a picture from the address. */
  async begin(painted: string | null = null): Promise<void> {
    const scene = await bench.ask("scene", { truth: this.truth, guess: this.guess });
    const shared = painted === null ? null : readPicture(painted, scene.side * scene.side);
    if (painted !== null && shared === null) bench.fault = t("losses.fault.picture");
    this.picture = shared ?? { probabilities: scene.probabilities, labels: scene.labels };
    this.edited = shared !== null;
  }

  /** Another scene, or the same one untouched, in place of what is there. */
  choose(truth: Truth, guess: Guess): void {
    this.remember();
    this.truth = truth;
    this.guess = guess;
    this.begin().catch((error: unknown) => (this.problem = message(error)));
  }

  /** Before a change: what `undo` comes back to. */
  remember(): void {
    const { picture, edited, truth, guess } = this;
    if (picture !== null) this.#undo = [...this.#undo.slice(1 - UNDO_STEPS), { picture, edited, truth, guess }];
  }

  /** Paints every pixel whose centre is within the brush anywhere along the line; places are in pixels. */
  stroke(from: Point, to: Point): void {
    if (this.picture === null) return;
    const probabilities = this.picture.probabilities.slice();
    const labels = this.picture.labels.slice();
    alongLine({ width: SIDE, height: SIDE }, from, to, this.radius, (pixel) => {
      if (this.layer === "prediction") probabilities[pixel] = this.probability;
      else labels[pixel] = this.label;
    });
    this.picture = { probabilities, labels };
    this.edited = true;
  }

  undo(): void {
    const before = this.#undo.at(-1);
    if (before === undefined) return;
    Object.assign(this, before);
    this.#undo = this.#undo.slice(0, -1);
  }

  /** Asks the bench anew; the latest wish wins. */
  evaluate(): void {
    this.#evaluating.want(null);
  }

  async #evaluate(): Promise<void> {
    const { picture } = this;
    if (picture === null) return;
    try {
      const { losses, chosen } = bench;
      const slots = chosen.map(({ slot }) => slot);
      const kinds = losses.map(({ kind }) => kind);
      const { sharedScale } = view;
      this.result = { slots, kinds, ...(await bench.ask("evaluate", { losses, side: SIDE, ...picture, sharedScale })) };
      this.problem = null;
    } catch (error) {
      this.problem = message(error);
    }
  }
}

export const painting = new Painting();
