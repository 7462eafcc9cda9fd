/** One contestant in one case: takes steps, keeps times, and gives up when its time is over. */
import { type Contestant, type Training, Unavailable } from "../contestants/contestant";
import type { Problem } from "../problem/problem";
import { type GpuCounts, gpuCountsSince } from "./counts";
import type { Result, Rules } from "./result";
import { median } from "./statistics";

export class Lane {
  readonly #contestant: Contestant;
  readonly #problem: Problem;
  readonly #expected: readonly number[];
  readonly #rules: Rules;
  readonly #result: Result;
  readonly #counts: GpuCounts[] = [];
  #training: Training | null = null;
  #spent = 0;

  /** @param expected losses of the first steps */
  constructor(contestant: Contestant, problem: Problem, expected: readonly number[], rules: Rules) {
    this.#contestant = contestant;
    this.#problem = problem;
    this.#expected = expected;
    this.#rules = rules;
    const { id, name, version, notes } = contestant;
    this.#result = {
      ...{ id, name, version, notes, adapter: null, status: "measured", reason: "", losses: [] },
      ...{ first_step_ms: null, step_ms: [], first_step_gpu: null, step_gpu: null },
    };
  }

  /** Makes the network and takes the steps that do not count. */
  async warmUp(): Promise<void> {
    await this.#guard(async () => {
      const training = await withLimit(this.#contestant.start(this.#problem), this.#rules.limit_seconds * 1000);
      this.#training = training;
      this.#result.adapter = training.adapter;
      const first = await this.#step();
      this.#result.first_step_ms = first.milliseconds;
      this.#result.first_step_gpu = first.counts;
      for (let step = 1; step < this.#rules.warm_up_steps && this.running; step++) await this.#step();
    });
  }

  /** Takes one turn of steps that count. */
  async round(): Promise<void> {
    await this.#guard(async () => {
      for (let step = 0; step < this.#rules.steps_per_round && this.running; step++) {
        const { milliseconds, counts } = await this.#step();
        this.#result.step_ms.push(milliseconds);
        this.#counts.push(counts);
      }
    });
  }

  /** Whether it may take further steps. */
  get running(): boolean {
    return this.#training !== null && this.#result.status === "measured" && this.#left > 0;
  }

  /** Frees the network; gives what was found. */
  finish(): Result {
    const enough = this.#result.step_ms.length >= this.#rules.steps_per_round;
    if (this.#result.status === "measured" && !enough) this.#end("unfinished", this.#tooSlow());
    this.#free();
    const middle = (key: keyof GpuCounts) => median(this.#counts.map((counts) => counts[key]));
    if (this.#result.first_step_gpu?.dispatches === 0) this.#result.first_step_gpu = null;
    else if (this.#counts.length > 0) {
      this.#result.step_gpu = {
        ...{ dispatches: middle("dispatches"), submits: middle("submits") },
        ...{ buffers: middle("buffers"), pipelines: middle("pipelines") },
      };
    }
    return this.#result;
  }

  get #left(): number {
    return this.#rules.limit_seconds * 1000 - this.#spent;
  }

  async #step(): Promise<{ milliseconds: number; counts: GpuCounts }> {
    const { batches } = this.#problem;
    const batch = batches[this.#result.losses.length % batches.length];
    if (this.#training === null || batch === undefined) throw new Error("There is nothing to train.");
    const before = gpuCountsSince();
    const started = performance.now();
    try {
      const loss = await withLimit(this.#training.step(batch), this.#left);
      const milliseconds = performance.now() - started;
      this.#check(loss);
      return { milliseconds, counts: gpuCountsSince(before) };
    } finally {
      this.#spent += performance.now() - started;
    }
  }

  /** Whoever has other losses computes something else, and its times are not to be believed. */
  #check(loss: number): void {
    const index = this.#result.losses.push(loss) - 1;
    const expected = this.#expected[index];
    if (expected === undefined) return;
    const tolerance = index === 0 ? this.#rules.first_loss_tolerance : this.#rules.loss_tolerance;
    if (Math.abs(loss - expected) <= tolerance) return;
    this.#end("disagrees", `its loss at step ${index + 1} is ${loss.toFixed(6)}, not ${expected.toFixed(6)}`);
  }

  /** What goes wrong with one contestant must not end the run. */
  async #guard(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (error instanceof Unavailable) this.#end("unavailable", reason);
      else if (!(error instanceof OutOfTime)) this.#end("failed", reason);
      else if (this.#result.step_ms.length < this.#rules.steps_per_round) this.#end("unfinished", this.#tooSlow());
    }
  }

  #tooSlow(): string {
    const { length } = this.#result.losses;
    return `${length === 1 ? "1 step" : `${length} steps`} in ${this.#rules.limit_seconds} s`;
  }

  #end(status: Result["status"], reason: string): void {
    this.#result.status = status;
    this.#result.reason = reason;
    this.#free();
  }

  #free(): void {
    try {
      this.#training?.dispose();
    } catch (error) {
      // A network that failed may be beyond freeing; the page goes on without its memory.
      console.warn(`${this.#contestant.name} could not be freed:`, error);
    }
    this.#training = null;
  }
}

class OutOfTime extends Error {}

/** Stops waiting when time is over; the work itself cannot be stopped. */
async function withLimit<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer = 0;
  const limit = new Promise<never>((_, reject) => {
    timer = window.setTimeout(() => reject(new OutOfTime()), milliseconds);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
