/**
 * When to do what in the training loop. Pure decisions on numbers, so that the loop itself stays short.
 */

/** An iteration of the loop should last about this long: Pause is answered between iterations. */
const ITERATION_MS = 80;
const MAX_STEPS_PER_ITERATION = 64;
const RATE_WINDOW_MS = 4000;

/** How many steps to ask the engine for at once. */
export class StepBudget {
  #steps = 1;
  #millisecondsPerStep: number | null = null;

  get steps(): number {
    return this.#steps;
  }

  /** Learns from an iteration that took `milliseconds` for `steps` steps. */
  learn(steps: number, milliseconds: number): void {
    const measured = milliseconds / steps;
    const before = this.#millisecondsPerStep;
    this.#millisecondsPerStep = before === null ? measured : 0.6 * before + 0.4 * measured;
    const fitting = Math.floor(ITERATION_MS / Math.max(this.#millisecondsPerStep, 0.01));
    // Doubling at most, so that one lucky measurement cannot make the page deaf.
    this.#steps = Math.max(1, Math.min(fitting, this.#steps * 2, MAX_STEPS_PER_ITERATION));
  }

  forget(): void {
    this.#steps = 1;
    this.#millisecondsPerStep = null;
  }
}

/** When something is due that is done again and again. */
export class Clock {
  #interval: number;
  #rest: number;
  #due = 0;

  /** Every `interval` milliseconds at most, with a pause of `rest` times what the last one took. */
  constructor(interval: number, rest: number) {
    this.#interval = interval;
    this.#rest = rest;
  }

  /** At most four pictures a second, and never more than a quarter of the time. */
  static ofSnapshots(): Clock {
    return new Clock(250, 3);
  }

  /** A checkpoint every five seconds, and never more than a twentieth of the time. */
  static ofCheckpoints(): Clock {
    return new Clock(5000, 19);
  }

  isDue(now: number): boolean {
    return now >= this.#due;
  }

  taken(startedAt: number, endedAt: number): void {
    this.#due = endedAt + Math.max(this.#interval, this.#rest * (endedAt - startedAt));
  }

  /** At this time, if it would be later. */
  hasten(at: number): void {
    this.#due = Math.min(this.#due, at);
  }
}

/** Steps per second of wall time, pictures and evaluations included: what a person with a watch would count. */
export class StepRate {
  #marks: { at: number; steps: number }[] = [];

  add(at: number, steps: number): number | null {
    this.#marks.push({ at, steps });
    while (this.#marks.length > 2 && at - (this.#marks[0]?.at ?? at) > RATE_WINDOW_MS) this.#marks.shift();
    const first = this.#marks[0];
    if (first === undefined || at <= first.at) return null;
    const counted = this.#marks.slice(1).reduce((sum, mark) => sum + mark.steps, 0);
    return (1000 * counted) / (at - first.at);
  }

  /** After a pause the clock starts afresh. */
  restart(at: number): void {
    this.#marks = [{ at, steps: 0 }];
  }
}
