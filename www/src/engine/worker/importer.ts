/** An import in small pieces: one pair of files at a time, so that training goes on in between. */
import type { ImportOptions } from "../types";
import type { ImportOutcome, Event } from "../protocol";
import type { Engine } from "../wasm";

export class ImportTask {
  #engine: Engine;
  #post: (event: Event) => void;
  #open = false;
  #settle: { done: (outcome: ImportOutcome) => void; failed: (error: unknown) => void } | null = null;

  constructor(engine: Engine, post: (event: Event) => void) {
    this.#engine = engine;
    this.#post = post;
  }

  /** True while pairs are waiting to be decoded. */
  get busy(): boolean {
    return this.#settle !== null;
  }

  begin(options: ImportOptions): void {
    this.cancel();
    this.#engine.import_begin(options);
    this.#open = true;
  }

  add(path: string, bytes: ArrayBuffer): void {
    if (this.#open) this.#engine.import_add(path, new Uint8Array(bytes));
  }

  /** Pairs what was added. The promise settles when `work` has decoded it all, or on `cancel`. */
  decode(): Promise<ImportOutcome> {
    if (!this.#open) return Promise.resolve(null);
    const total = this.#engine.import_pair();
    this.#post({ type: "import_progress", progress: { done: 0, total, name: "" } });
    return new Promise((done, failed) => {
      this.#settle = { done, failed };
    });
  }

  /** Decodes one pair. */
  work(): void {
    const settle = this.#settle;
    if (settle === null) return;
    try {
      const progress = this.#engine.import_next();
      if (progress !== undefined) {
        this.#post({ type: "import_progress", progress });
        return;
      }
      this.#close();
      settle.done(this.#engine.import_finish());
    } catch (error) {
      this.#close();
      settle.failed(error);
    }
  }

  cancel(): void {
    if (!this.#open) return;
    const settle = this.#settle;
    this.#close();
    this.#engine.import_cancel();
    settle?.done(null);
  }

  #close(): void {
    this.#open = false;
    this.#settle = null;
  }
}
