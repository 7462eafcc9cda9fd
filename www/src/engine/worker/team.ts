/**
 * Lanes side by side: on the CPU each lane is on its own, so that other workers can take steps with some of them. A lane
 * goes there and comes back as bytes, which needs no memory that is shared. The numbers are those of one worker.
 */
import type { StepReport } from "../types";
import type { Engine } from "../wasm";
import { Member, type Order, type Stepped } from "./member";

/** More would hardly be faster: pictures and measures are made by one worker. */
const MAX_THREADS = 4;

/** One processor is left to the page. */
export const usualThreads = (): number => Math.max(1, Math.min(MAX_THREADS, navigator.hardwareConcurrency - 1));

export class Team {
  #engine: Engine;
  /** With this worker. */
  readonly threads: number;
  #members: Member[] = [];
  /** Members that know the experiment as it is now. */
  #informed = new Set<Member>();

  constructor(engine: Engine, threads: number) {
    this.#engine = engine;
    this.threads = threads;
  }

  /** Experiment, data or lanes are others from now on. */
  changed(): void {
    this.#informed.clear();
  }

  /** Bytes that the other workers' engines have taken. */
  get memory(): number {
    return this.#members.reduce((sum, { memory }) => sum + memory, 0);
  }

  /** Lanes in groups of those that take their steps at the same time. */
  groups(lanes: readonly number[]): number[][] {
    // They are asked for when they are needed first, and until they are there this worker does all.
    const wanted = Math.min(this.threads, lanes.length) - 1;
    while (this.#members.length < wanted) this.#members.push(new Member());
    const width = 1 + this.#ready.length;
    const groups = Math.ceil(lanes.length / width);
    return Array.from({ length: groups }, (_, group) => lanes.filter((_, at) => at % groups === group));
  }

  /** `count` steps of each lane of a group. */
  async step(group: readonly number[], count: number): Promise<StepReport[]> {
    const stay = group.slice(0, 1);
    const away: { lane: number; stepped: Promise<Stepped | null> }[] = [];
    const free = this.#ready;
    for (const lane of group.slice(1)) {
      const member = free.pop();
      // One may be gone since the group was made.
      if (member === undefined) stay.push(lane);
      else away.push({ lane, stepped: member.step(await this.#order(member, lane, count)) });
    }
    const reports: StepReport[] = [];
    const back = Promise.all(away.map(async ({ lane, stepped }) => ({ lane, done: await stepped })));
    try {
      for (const lane of stay) reports.push(...(await this.#engine.step_lane(lane, count)));
    } finally {
      await back; // they are not busy when they are asked again
    }
    for (const { lane, done } of await back) {
      if (done !== null) this.#engine.unpack(done.parcel);
      // The lane is still here as it was; if it is the lane that cannot be trained, it is said now.
      reports.push(...(done?.reports ?? (await this.#engine.step_lane(lane, count))));
    }
    return reports;
  }

  get #ready(): Member[] {
    return this.#members.filter(({ ready }) => ready);
  }

  async #order(member: Member, lane: number, count: number): Promise<Order> {
    const known = this.#informed.has(member);
    this.#informed.add(member);
    return {
      experiment: known ? null : { checkpoint: await this.#engine.checkpoint(), imported: this.#engine.imported() },
      parcel: await this.#engine.pack(lane),
      count,
      every: this.#engine.past_every(),
    };
  }
}
