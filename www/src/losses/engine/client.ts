/** The page's side of the protocol: a promise for each command, and another worker where one breaks down. */
import { t } from "../../i18n/messages";
import type { Asks, Command, CommandType, Event, Gives, Request } from "./protocol";

interface Pending {
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

/** A bench that breaks down again and again within this time is not started once more. */
const FAULTS = 4;
const WITHIN_MS = 60_000;

interface Listener {
  /** Another worker has taken over; whatever was under way is lost, and can be asked again. */
  restarted: (reason: string) => void;
  /** The bench can go on no more. */
  broken: (reason: string) => void;
}

export class BenchClient {
  #listener: Listener;
  #worker: Worker;
  #pending = new Map<number, Pending>();
  #nextId = 1;
  /** When it broke down. */
  #faults: number[] = [];

  constructor(listener: Listener) {
    this.#listener = listener;
    this.#worker = this.#begin();
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

  #begin(): Worker {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "losscope-bench" });
    worker.onmessage = (message: MessageEvent<Event>) => {
      // What a worker says after it was given up is of no use.
      if (worker === this.#worker) this.#receive(message.data);
    };
    worker.onerror = (event) => {
      const detail = event.message;
      this.#fail(detail ? t("losses.fault.loading.detail", { detail }) : t("losses.fault.loading"));
    };
    return worker;
  }

  #receive(event: Event): void {
    if (event.type === "fault") {
      this.#restart(t("losses.fault.stopped", { reason: event.reason }));
      return;
    }
    const pending = this.#pending.get(event.id);
    this.#pending.delete(event.id);
    if (event.type === "reply") pending?.resolve(event.value);
    else pending?.reject(new Error(event.message));
  }

  /** The compiled bench keeps nothing between commands: a new one is as good as the old one was. */
  #restart(reason: string): void {
    const now = performance.now();
    this.#faults = [...this.#faults.filter((at) => now - at < WITHIN_MS), now];
    this.#worker.terminate();
    if (this.#faults.length >= FAULTS) {
      this.#fail(t("losses.fault.again", { fault: reason, times: String(FAULTS) }));
      return;
    }
    this.#worker = this.#begin();
    this.#drop(reason);
    this.#listener.restarted(reason);
  }

  #fail(message: string): void {
    this.#listener.broken(message);
    this.#drop(message);
  }

  #drop(message: string): void {
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of pending) reject(new Error(message));
  }
}
