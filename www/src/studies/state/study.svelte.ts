/** A study that is open: its cells, what came of them, and the queue that runs the others. */
import { SvelteSet } from "svelte/reactivity";
import { t } from "../../i18n/messages";
import { told, wordsOf, type Told } from "../../lib/told";
import { sets } from "../../state/imported-sets.svelte";
import { StudyClient } from "../engine/client";
import type { Cell, Export, Figure, Folder, Made, StudyInfo } from "../engine/types";
import { renamed } from "../lib/files";
import { Queue } from "./queue.svelte";
import { deleteShare, readResults, readShares, writeResult, writeShare, writeStudy, type StudyRecord } from "./storage";
import { takeTurn, type Turn } from "./turn";

/** What results that were made here are said to be from, in files too. */
const HERE = "This browser";
/** A report is made anew so long after the last one, or as long as that took. */
const REST_MS = 800;
/** The tab remembers that it was running, so that it goes on after a reload. */
const RUNNING = "losscope.study.running";

export class OpenStudy {
  record: StudyRecord;
  info = $state.raw<StudyInfo | null>(null);
  /** Keys of the cells that have a result. */
  readonly done = new SvelteSet<string>();
  /** Files of other people. */
  shares = $state.raw<Folder[]>([]);
  made = $state.raw<Made | null>(null);
  fault = $state.raw<Told | null>(null);
  /** Said once: this browser does not keep results. */
  unkept = $state<string | null>(null);
  /** It waits, because another tab runs it. */
  elsewhere = $state(false);
  readonly queue: Queue;

  /** Where the browser does not keep them, the results of this visit. */
  #results: [string, string][] = [];
  #client: StudyClient;
  #making = false;
  #stale = false;
  #closed = false;
  #turn: Turn | null = null;
  /** Ends the wait for a turn. */
  #wait: AbortController | null = null;
  #changed: (record: StudyRecord) => void;

  /** `changed` hears what the list of studies shows. */
  constructor(record: StudyRecord, changed: (record: StudyRecord) => void) {
    this.record = $state.raw(record);
    this.#changed = changed;
    this.#client = new StudyClient();
    this.queue = new Queue({
      folders: () => this.#documents(),
      bytes: images,
      keep: (key, text) => this.#keep(key, text),
      work: ({ dataset, steps }) => this.record.seconds[dataset] ?? steps,
      ended: (cancelled) => {
        this.#turn?.end(cancelled);
        this.#turn = null;
      },
    });
  }

  get busy(): boolean {
    return this.elsewhere || this.queue.busy;
  }

  get cells(): Cell[] {
    return this.info?.cells ?? [];
  }

  get missing(): Cell[] {
    return this.cells.filter(({ key }) => !this.done.has(key));
  }

  /** Reads what is kept of it; goes on running where this tab was when it was reloaded. */
  async load(): Promise<void> {
    try {
      await this.#client.start();
      [this.#results, this.shares] = await Promise.all([readResults(this.record.id), readShares(this.record.id)]);
    } catch (error) {
      this.fault = told(error);
    }
    await this.#open(this.shares);
    const [id, jobs] = remembered();
    if (id === this.record.id && this.missing.length > 0) void this.start(jobs);
  }

  /** Runs the cells that have no result, as soon as no other tab does. */
  async start(jobs: number): Promise<void> {
    if (this.#wait !== null) return;
    const { id } = this.record;
    remember(id, jobs);
    const wait = (this.#wait = new AbortController());
    const turn = await takeTurn(id, wait.signal, () => (this.elsewhere = true));
    if (!wait.signal.aborted) await this.#reread();
    this.elsewhere = false;
    this.#wait = null;
    if (turn === null || wait.signal.aborted) {
      turn?.end(false);
      forget(id);
      return;
    }
    this.queue.start(this.missing, jobs);
    this.#turn = turn;
  }

  pause(): void {
    this.queue.pause();
    forget(this.record.id);
  }

  resume(jobs: number): void {
    this.queue.resume();
    remember(this.record.id, jobs);
  }

  cancel(): void {
    this.#wait?.abort();
    this.queue.cancel();
    forget(this.record.id);
  }

  /** Files of other people, merged with what is here. Rejects where they do not belong to this study. */
  async add(folders: Folder[]): Promise<void> {
    const named = renamed(folders, [HERE, ...this.shares.map(({ name }) => name)]);
    const all = [...this.shares, ...named];
    await this.#open(all, true);
    this.shares = all;
    for (const folder of named) await this.#stored(() => writeShare(this.record.id, folder));
  }

  /** Takes someone's files out again. */
  async remove(name: string): Promise<void> {
    const left = this.shares.filter((folder) => folder.name !== name);
    await this.#open(left, true);
    this.shares = left;
    await this.#stored(() => deleteShare(this.record.id, name));
  }

  export(file: Export): Promise<Uint8Array<ArrayBuffer>> {
    return this.#client.ask("export", { file });
  }

  /** As files: dark on white. */
  figures(): Promise<Figure[]> {
    return this.#client.ask("figures", {});
  }

  close(): void {
    this.#closed = true;
    this.#wait?.abort();
    this.queue.cancel();
    this.#client.dispose();
  }

  /** Without results: what workers need. */
  #documents(): Folder[] {
    return [this.#own([]), ...this.shares];
  }

  #own(results: [string, string][]): Folder {
    const { document } = this.record;
    const files = results.map(([key, text]): [string, string] => [`${key}.json`, text]);
    return { name: HERE, files: document === null ? files : [["study.json", document], ...files] };
  }

  async #open(shares: Folder[], rethrow = false): Promise<void> {
    try {
      const info = await this.#client.ask("open", { folders: [this.#own(this.#results), ...shares] });
      this.info = info;
      this.done.clear();
      for (const { key, done } of info.cells) if (done) this.done.add(key);
      this.made = null;
      await this.#note();
    } catch (error) {
      if (rethrow) throw error;
      this.fault = told(error);
      return;
    }
    void this.#make();
  }

  /** What another tab has made meanwhile. */
  async #reread(): Promise<void> {
    const results = await readResults(this.record.id).catch(() => []);
    if (results.length <= this.#results.length) return;
    this.#results = results;
    await this.#open(this.shares);
  }

  async #keep(key: string, text: string): Promise<void> {
    this.#results.push([key, text]);
    await this.#stored(() => writeResult(this.record.id, key, text));
    this.done.add(key);
    if (this.missing.length === 0) forget(this.record.id);
    await this.#client.ask("take", { result: text });
    await this.#note();
    void this.#make();
  }

  /** What the list shows. */
  async #note(): Promise<void> {
    const { info } = this;
    if (info === null) return;
    this.record = { ...this.record, name: info.name, cells: info.cells.length, done: this.done.size };
    this.#changed(this.record);
    await this.#stored(() => writeStudy(this.record));
  }

  async #stored(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.unkept ??= t("studies.unkept.results", { reason: wordsOf(error) });
    }
  }

  /** One report after the other, each of all results there are then. */
  async #make(): Promise<void> {
    this.#stale = true;
    if (this.#making) return;
    this.#making = true;
    while (this.#stale && !this.#closed && this.done.size > 0) {
      this.#stale = false;
      const started = performance.now();
      try {
        this.made = await this.#client.ask("report", {});
      } catch (error) {
        this.fault = told(error);
        break;
      }
      const took = performance.now() - started;
      await new Promise((resolve) => setTimeout(resolve, Math.max(REST_MS, took)));
    }
    this.#making = false;
  }
}

/** The bytes of images that were imported on the training page. */
async function images(id: string): Promise<ArrayBuffer> {
  await sets.load();
  const bytes = await sets.bytes(id);
  if (bytes === null) {
    throw new Error(t("studies.queue.images", { id }));
  }
  return bytes;
}

function remember(id: string, jobs: number): void {
  try {
    sessionStorage.setItem(RUNNING, JSON.stringify([id, jobs]));
  } catch {
    // storage is forbidden: after a reload someone presses Run
  }
}

function forget(id: string): void {
  if (remembered()[0] !== id) return;
  sessionStorage.removeItem(RUNNING);
}

function remembered(): [string | null, number] {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(RUNNING) ?? "null");
    if (Array.isArray(value) && typeof value[0] === "string" && typeof value[1] === "number")
      return [value[0], value[1]];
  } catch {
    // as above
  }
  return [null, 1];
}
