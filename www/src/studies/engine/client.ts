/** The page's side of the protocol: a promise for each command. */
import { t } from "../../i18n/messages";
import { errorOf } from "../../lib/told";
import {
  PROTOCOL_VERSION,
  type Asks,
  type Command,
  type CommandType,
  type Event,
  type Gives,
  type Request,
} from "./protocol";
import type { Preset } from "./types";

interface Pending {
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

/** One worker. After a fault it is of no more use: dispose of it and make another. */
export class StudyClient {
  #worker: Worker;
  #pending = new Map<number, Pending>();
  #nextId = 1;
  #progress: (made: number) => void;
  broken: string | null = null;

  /** `progress` hears the steps made of the cell that runs. */
  constructor(progress: (made: number) => void = () => undefined) {
    this.#progress = progress;
    this.#worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "losscope-study" });
    this.#worker.onmessage = (message: MessageEvent<Event>) => this.#receive(message.data);
    this.#worker.onerror = (event) => {
      this.#fail(t("studies.engine.unloaded", { detail: event.message || "none" }));
    };
  }

  start(): Promise<Preset[]> {
    return this.ask("start", { version: PROTOCOL_VERSION });
  }

  /** Resolves with the command's result, or rejects with an `Error` whose message is for a person. */
  ask<T extends CommandType>(type: T, asks: Asks<T>, transfer: Transferable[] = []): Promise<Gives<T>> {
    const id = this.#nextId++;
    return new Promise<Gives<T>>((resolve, reject) => {
      if (this.broken !== null) {
        reject(new Error(this.broken));
        return;
      }
      // The worker answers each command with the result of its own type: the protocol, not the compiler, knows.
      this.#pending.set(id, { resolve: (value) => resolve(value as Gives<T>), reject });
      const request: Request = { type: "command", id, command: { type, ...asks } as unknown as Command };
      this.#worker.postMessage(request, { transfer });
    });
  }

  /** Lets the cell that runs wait, or go on. */
  hold(held: boolean): void {
    const request: Request = { type: "hold", held };
    this.#worker.postMessage(request);
  }

  /** Ends it at once, whatever it is at. What it has not answered stays unanswered. */
  dispose(): void {
    this.#worker.terminate();
    this.#pending.clear();
  }

  #receive(event: Event): void {
    if (event.type === "progress") {
      this.#progress(event.made);
    } else if (event.type === "fault") {
      this.#fail(t("studies.engine.stopped", { reason: event.words }));
    } else {
      const pending = this.#pending.get(event.id);
      this.#pending.delete(event.id);
      if (event.type === "reply") pending?.resolve(event.value);
      else pending?.reject(errorOf(event));
    }
  }

  #fail(message: string): void {
    this.broken = message;
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of pending) reject(new Error(message));
  }
}
