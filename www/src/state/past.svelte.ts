/** Which moment of the run is looked at: the present, or an earlier step that the engine has kept. */
import { lab } from "./lab.svelte";

const FRAME_MS = 450;

class Past {
  /** Steps that can be looked back at, in order. */
  steps = $state.raw<number[]>([]);
  /** Moments to compare, two at most, the earlier first. */
  marks = $state.raw<number[]>([]);
  playing = $state(false);
  /** As they were marked. */
  #marked: number[] = [];
  #timer: ReturnType<typeof setInterval> | undefined;

  /** The step looked back at; null for the present. */
  get at(): number | null {
    return lab.look.at;
  }

  /** Whether there is anything to look back at. */
  readonly there = $derived(this.steps.length > 1);

  /** Takes over what the engine has kept. Moments that are gone are forgotten. */
  take(steps: number[]): void {
    this.steps = steps;
    const last = steps.at(-1) ?? 0;
    this.#marked = this.#marked.filter((step) => step <= last);
    this.marks = this.marks.filter((step) => step <= last);
    if (this.at !== null && this.at > last) this.go(null);
  }

  /** Looks at a step, or at the last kept one before it; null for the present. */
  go(step: number | null): void {
    this.stop();
    this.#show(step);
  }

  #show(step: number | null): void {
    const kept = step === null ? null : (this.steps.findLast((kept) => kept <= step) ?? this.steps[0] ?? null);
    if (kept !== this.at) lab.lookAt({ at: kept });
  }

  /** From one kept step to the next, or back. Behind the last is the present. */
  shift(by: 1 | -1): void {
    this.stop();
    this.#shift(by);
  }

  #shift(by: 1 | -1): void {
    const { at, steps } = this;
    const position = at === null ? steps.length : steps.indexOf(at);
    this.#show(steps[Math.max(0, position + by)] ?? null);
  }

  /** Shows one kept step after the other, from the one looked at or from the first. */
  play(): void {
    this.stop();
    if (!this.there) return;
    if (this.at === null) this.#show(this.steps[0] ?? null);
    this.playing = true;
    this.#timer = setInterval(() => {
      this.#shift(1);
      if (this.at === null) this.stop();
    }, FRAME_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.playing = false;
  }

  /** Marks the moment looked at; of three, the one that was marked first goes. */
  mark(): void {
    const step = this.at ?? lab.step;
    if (this.marks.includes(step)) return;
    this.#marked = [...this.#marked, step].slice(-2);
    this.marks = this.#marked.toSorted((a, b) => a - b);
  }

  unmark(): void {
    this.#marked = [];
    this.marks = [];
  }
}

export const past = new Past();
