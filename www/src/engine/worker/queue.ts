/** Commands wait here for their turn: calls on one engine must not overlap. */
import type { Request } from "../protocol";

export class CommandQueue {
  #waiting: Request[] = [];
  #wake: (() => void) | null = null;

  push(request: Request): void {
    this.#waiting.push(request);
    this.#wake?.();
  }

  shift(): Request | undefined {
    return this.#waiting.shift();
  }

  /** Resolves when a command is there, or after `milliseconds` (null: however long it takes). */
  async arrival(milliseconds: number | null): Promise<void> {
    if (this.#waiting.length > 0) return;
    await new Promise<void>((resolve) => {
      const timer = milliseconds === null ? undefined : setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = null;
  }
}

const channel = new MessageChannel();
const turns: (() => void)[] = [];
channel.port1.onmessage = () => turns.shift()?.();

/**
 * Lets waiting messages in. A message to oneself rather than a timer: timers are clamped to 4 ms, and to
 * a second in a hidden tab of some browsers, and training goes on there.
 */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    turns.push(resolve);
    channel.port2.postMessage(null);
  });
}
