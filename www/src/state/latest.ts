/**
 * Runs an asynchronous action for the latest wish only: waits until wishes stop coming, never runs twice
 * at once, and drops what was overtaken.
 */
export class Latest<T> {
  #action: (wish: T) => Promise<void>;
  #delay: number;
  #wish: { value: T } | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #busy = false;

  constructor(action: (wish: T) => Promise<void>, delayMilliseconds: number) {
    this.#action = action;
    this.#delay = delayMilliseconds;
  }

  /** True while a newer wish waits than the one being carried out. */
  get overtaken(): boolean {
    return this.#wish !== null;
  }

  want(value: T): void {
    this.#wish = { value };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#run(), this.#delay);
  }

  /** Takes up what waits at once: what comes next is to find it done. */
  flush(): void {
    clearTimeout(this.#timer);
    void this.#run();
  }

  async #run(): Promise<void> {
    if (this.#busy || this.#wish === null) return;
    const { value } = this.#wish;
    this.#wish = null;
    this.#busy = true;
    try {
      await this.#action(value);
    } finally {
      this.#busy = false;
      // A wish that came meanwhile and whose own timer has already fired.
      if (this.overtaken) void this.#run();
    }
  }
}
