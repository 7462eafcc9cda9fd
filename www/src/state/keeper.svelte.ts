/** Keeps the run under way, in memory for a restart of the engine and on disk for one of the page. */
import { t } from "../i18n/messages";
import { RECORD_VERSION, type RunRecord } from "./run-record";
import { deleteRun, readRun, tabName, writeRun } from "./storage";

/** The address's query. Another language opens the page anew, and the run goes on. */
function queryWithoutLanguage(): string {
  const parameters = [...new URLSearchParams(location.search)].filter(([name]) => name !== "lang");
  return new URLSearchParams(parameters).toString();
}

const reason = (error: unknown) => (error instanceof Error && error.message !== "" ? error.message : String(error));

export class Keeper {
  /** Of an earlier visit, waiting for an answer. */
  offer = $state.raw<RunRecord | null>(null);
  /** Said once: this browser does not keep the run. */
  problem = $state<string | null>(null);
  /** Of the run under way. */
  kept = $state.raw<RunRecord | null>(null);

  readonly tab = tabName();
  readonly query = queryWithoutLanguage();
  #written: (() => void)[] = [];
  #failed = false;
  #waiting: RunRecord | null = null;
  #writing: Promise<void> | null = null;

  /** The run that this page was on, or may go on with. */
  async find(): Promise<RunRecord | null> {
    try {
      const record = await readRun();
      return record?.version === RECORD_VERSION ? record : null;
    } catch (error) {
      this.fail(reason(error));
      return null;
    }
  }

  keep(record: RunRecord): void {
    this.kept = record;
    this.offer = null; // its place is taken
    this.#waiting = record;
    this.#writing ??= this.#write().finally(() => (this.#writing = null));
  }

  /** Resolves when the next record is on disk, or could not be put there. */
  next(): Promise<void> {
    return new Promise((resolve) => this.#written.push(resolve));
  }

  /** The run is over: there is nothing to come back to. */
  async forget(): Promise<void> {
    this.#waiting = null;
    this.kept = null;
    this.offer = null;
    try {
      await this.#writing;
      await deleteRun();
    } catch (error) {
      this.fail(reason(error));
    }
  }

  fail(why: string): void {
    if (this.#failed) return;
    this.#failed = true;
    this.problem = t("training.kept.problem", { why });
  }

  /** One write after the other, and of those that wait only the last. */
  async #write(): Promise<void> {
    for (let record = this.#waiting; record !== null; record = this.#waiting) {
      this.#waiting = null;
      try {
        await writeRun(record);
      } catch (error) {
        this.fail(t("training.kept.browserSays", { reason: reason(error) }));
      }
      for (const resolve of this.#written.splice(0)) resolve();
    }
  }
}
