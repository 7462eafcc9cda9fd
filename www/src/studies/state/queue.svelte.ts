/** The cells that are still to be run, one after the other in each of a few workers. */
import { t } from "../../i18n/messages";
import { wordsOf } from "../../lib/told";
import { StudyClient } from "../engine/client";
import type { Cell, Folder } from "../engine/types";

const TICK_MS = 500;

/** A cell under way. */
export interface Under {
  key: string;
  loss: string;
  made: number;
  steps: number;
  /** See `Source.work`. */
  work: number;
}

/** What a queue needs of its study. */
export interface Source {
  /** The files that make the study, results left out. */
  folders: () => Folder[];
  /** Imported images. */
  bytes: (id: string) => Promise<ArrayBuffer>;
  /** A cell is done. */
  keep: (key: string, text: string) => Promise<void>;
  /** Roughly what a cell takes beside others: seconds where they are known, else steps. */
  work: (cell: Cell) => number;
  /** It ran, or was cancelled, to its end. */
  ended: (cancelled: boolean) => void;
}

export class Queue {
  status = $state<"idle" | "running" | "paused">("idle");
  under = $state.raw<Under[]>([]);
  /** Why cells were not run, by their keys. */
  failed = $state.raw<Record<string, string>>({});
  /** Null until there is something to tell it by. */
  secondsLeft = $state<number | null>(null);

  #source: Source;
  #waiting: Cell[] = [];
  #workers: StudyClient[] = [];
  /** Grows with each start, so that what belongs to an earlier one is told apart. */
  #turn = 0;
  #work = { done: 0, all: 0 };
  #active = 0;
  #since: number | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(source: Source) {
    this.#source = source;
  }

  get busy(): boolean {
    return this.status !== "idle";
  }

  /** Runs cells in so many workers at once. */
  start(cells: Cell[], jobs: number): void {
    this.cancel();
    const turn = ++this.#turn;
    this.failed = {};
    this.#waiting = [...cells];
    this.#work = { done: 0, all: cells.reduce((sum, cell) => sum + this.#source.work(cell), 0) };
    this.#active = 0;
    this.#since = performance.now();
    this.status = "running";
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    const workers = Array.from({ length: Math.min(jobs, cells.length) }, () => this.#run(turn));
    void Promise.all(workers).then(() => {
      if (turn === this.#turn) this.#end(false);
    });
  }

  pause(): void {
    if (this.status !== "running") return;
    this.status = "paused";
    this.#active += performance.now() - (this.#since ?? 0);
    this.#since = null;
    for (const worker of this.#workers) worker.hold(true);
  }

  resume(): void {
    if (this.status !== "paused") return;
    this.status = "running";
    this.#since = performance.now();
    for (const worker of this.#workers) worker.hold(false);
  }

  /** Gives up the cells under way; those that are done stay. */
  cancel(): void {
    this.#turn += 1;
    this.#waiting = [];
    this.#end(true);
  }

  #end(cancelled: boolean): void {
    for (const worker of this.#workers) worker.dispose();
    this.#workers = [];
    clearInterval(this.#timer);
    this.under = [];
    this.secondsLeft = null;
    this.status = "idle";
    this.#source.ended(cancelled);
  }

  async #run(turn: number): Promise<void> {
    let worker: StudyClient | null = null;
    let datasets: string[] = [];
    let now: Under | null = null;
    const progress = (made: number) => {
      if (now === null || turn !== this.#turn) return;
      const next: Under = { ...now, made };
      this.under = this.under.map((under) => (under === now ? next : under));
      now = next;
    };
    for (;;) {
      const cell = this.#waiting.shift();
      if (cell === undefined || turn !== this.#turn) return;
      const begun: Under = {
        key: cell.key,
        loss: cell.loss,
        made: 0,
        steps: cell.steps,
        work: this.#source.work(cell),
      };
      now = begun;
      this.under = [...this.under, begun];
      try {
        if (worker === null) {
          worker = new StudyClient(progress);
          datasets = [];
          this.#workers.push(worker);
          worker.hold(this.status === "paused");
          await worker.start();
          await worker.ask("open", { folders: this.#source.folders() });
        }
        if (cell.folder) throw new Error(t("studies.queue.folder"));
        if (cell.imported !== null && !datasets.includes(cell.imported)) {
          const bytes = await this.#source.bytes(cell.imported);
          await worker.ask("add_dataset", { id: cell.imported, bytes }, [bytes]);
          datasets.push(cell.imported);
        }
        const text = await worker.ask("run", { key: cell.key });
        if (turn !== this.#turn) return;
        await this.#source.keep(cell.key, text);
      } catch (error) {
        if (turn !== this.#turn) return;
        this.failed = { ...this.failed, [cell.key]: wordsOf(error) };
        if (worker !== null && worker.broken !== null) {
          const broken: StudyClient = worker;
          this.#workers = this.#workers.filter((other) => other !== broken);
          broken.dispose();
          worker = null;
        }
      }
      this.under = this.under.filter((under) => under !== now);
      this.#work.done += this.#source.work(cell);
      now = null;
    }
  }

  /** From what was done in the time that was not spent paused. */
  #tick(): void {
    if (this.#since === null) return;
    const spent = (this.#active + performance.now() - this.#since) / 1000;
    const under = this.under.reduce((sum, { made, steps, work }) => sum + (work * made) / steps, 0);
    const done = this.#work.done + under;
    if (spent < 2 || done <= 0) return;
    this.secondsLeft = (spent * (this.#work.all - done)) / done;
  }
}
