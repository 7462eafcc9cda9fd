/** The page's side of the protocol: promises for commands, a listener for events. */
import {
  PROTOCOL_VERSION,
  type BackendChoice,
  type Command,
  type CommandType,
  type Event,
  type Ready,
  type Request,
  type Result,
} from "./protocol";
import { say, type Said } from "./sayings";

/** Events that are not the answer to a command. */
export type Notice = Exclude<Event, { type: "reply" | "failure" }>;

interface Pending {
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

/** One worker with one engine. After a fatal fault it is of no more use: dispose of it and make another. */
export class EngineClient {
  #worker: Worker;
  #pending = new Map<number, Pending>();
  #nextId = 1;
  #listener: (notice: Notice) => void;
  #inWords: (said: Said) => string;
  #disposed = false;

  /** `inWords` puts what it is told into the language of the page; without it, that is English. */
  constructor(listener: (notice: Notice) => void, inWords: (said: Said) => string = ({ message }) => message) {
    this.#listener = listener;
    this.#inWords = inWords;
    this.#worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "losscope-engine" });
    this.#worker.onmessage = (message: MessageEvent<Event>) => this.#receive(message.data);
    this.#worker.onerror = (event) => {
      const detail = event.message;
      this.#fail(detail ? say("unloadableBecause", { detail }) : say("unloadable"));
    };
  }

  start(backend: BackendChoice, threads: number | null = null): Promise<Ready> {
    return this.send({ type: "start", version: PROTOCOL_VERSION, backend, threads });
  }

  /** Resolves with the command's result, or rejects with an `Error` whose message is for a person. */
  send<T extends CommandType>(command: Command & { type: T }, transfer: Transferable[] = []): Promise<Result<T>> {
    if (this.#disposed) return Promise.reject(this.#error(say("stopped")));
    const id = this.#nextId++;
    return new Promise<Result<T>>((resolve, reject) => {
      // The worker answers each command with the result of its own type: the protocol, not the compiler, knows.
      this.#pending.set(id, { resolve: (value) => resolve(value as Result<T>), reject });
      const request: Request = { id, command };
      this.#worker.postMessage(request, { transfer });
    });
  }

  dispose(): void {
    this.#disposed = true;
    this.#worker.terminate();
    this.#rejectAll(say("stopped"));
  }

  #receive(event: Event): void {
    if (event.type === "reply") {
      this.#take(event.id)?.resolve(event.value);
    } else if (event.type === "failure") {
      this.#take(event.id)?.reject(this.#error(event));
    } else {
      this.#tell(event);
      if (event.type === "fault" && event.fatal) this.#rejectAll(event);
    }
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  #tell(notice: Notice): void {
    const says = notice.type === "fault" || notice.type === "unkept";
    this.#listener(says ? { ...notice, message: this.#inWords(notice) } : notice);
  }

  #error(said: Said): Error {
    return new Error(this.#inWords(said));
  }

  #fail(said: Said): void {
    this.#tell({ type: "fault", ...said, fatal: true, device: false });
    this.#rejectAll(said);
  }

  #rejectAll(said: Said): void {
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of pending) reject(this.#error(said));
  }
}
