/** The page's side of the protocol: a promise for each command. */
import { t } from "../../i18n/messages";
import { errorOf } from "../../lib/told";
import type { Asks, Command, CommandType, Event, Gives, Request } from "./protocol";

interface Pending {
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

export class ApplyClient {
  #worker: Worker;
  #pending = new Map<number, Pending>();
  #nextId = 1;
  #broken: (message: string) => void;

  /** `broken` hears why the worker can go on no more. */
  constructor(broken: (message: string) => void) {
    this.#broken = broken;
    this.#worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "losscope-apply" });
    this.#worker.onmessage = (message: MessageEvent<Event>) => this.#receive(message.data);
    this.#worker.onerror = (event) => {
      this.#fail(t("apply.engine.unloaded", { detail: event.message || "none" }));
    };
  }

  /** Resolves with the command's result, or rejects with an `Error` whose message is for a person. */
  ask<T extends CommandType>(type: T, asks: Asks<T>): Promise<Gives<T>> {
    const id = this.#nextId++;
    return new Promise<Gives<T>>((resolve, reject) => {
      // The worker answers each command with the result of its own type: the protocol, not the compiler, knows.
      this.#pending.set(id, { resolve: (value) => resolve(value as Gives<T>), reject });
      const request: Request = { id, command: { type, ...asks } as unknown as Command };
      this.#worker.postMessage(request);
    });
  }

  /** Ends it at once. What it has not answered stays unanswered. */
  dispose(): void {
    this.#worker.terminate();
    this.#pending.clear();
  }

  #receive(event: Event): void {
    if (event.type === "fault") {
      this.#fail(t("apply.engine.stopped", { reason: event.words }));
      return;
    }
    const pending = this.#pending.get(event.id);
    this.#pending.delete(event.id);
    if (event.type === "reply") pending?.resolve(event.value);
    else pending?.reject(errorOf(event));
  }

  #fail(message: string): void {
    this.#broken(message);
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of pending) reject(new Error(message));
  }
}
