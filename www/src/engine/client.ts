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

/** Events that are not the answer to a command. */
export type Notice = Exclude<Event, { type: "reply" | "failure" }>;

interface Pending {
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
}

const STOPPED = "The engine was stopped.";

/** One worker with one engine. After a fatal fault it is of no more use: dispose of it and make another. */
export class EngineClient {
  #worker: Worker;
  #pending = new Map<number, Pending>();
  #nextId = 1;
  #listener: (notice: Notice) => void;
  #disposed = false;

  constructor(listener: (notice: Notice) => void) {
    this.#listener = listener;
    this.#worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "losscope-engine" });
    this.#worker.onmessage = (message: MessageEvent<Event>) => this.#receive(message.data);
    this.#worker.onerror = (event) => {
      const detail = event.message ? ` (${event.message})` : "";
      this.#fail(`The engine could not be loaded${detail}. Check the connection and reload the page.`);
    };
  }

  start(backend: BackendChoice): Promise<Ready> {
    return this.send({ type: "start", version: PROTOCOL_VERSION, backend });
  }

  /** Resolves with the command's result, or rejects with an `Error` whose message is for a person. */
  send<T extends CommandType>(command: Command & { type: T }, transfer: Transferable[] = []): Promise<Result<T>> {
    if (this.#disposed) return Promise.reject(new Error(STOPPED));
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
    this.#rejectAll(STOPPED);
  }

  #receive(event: Event): void {
    if (event.type === "reply") {
      this.#take(event.id)?.resolve(event.value);
    } else if (event.type === "failure") {
      this.#take(event.id)?.reject(new Error(event.message));
    } else {
      this.#listener(event);
      if (event.type === "fault" && event.fatal) this.#rejectAll(event.message);
    }
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  #fail(message: string): void {
    this.#listener({ type: "fault", message, fatal: true, device: false });
    this.#rejectAll(message);
  }

  #rejectAll(message: string): void {
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of pending) reject(new Error(message));
  }
}
