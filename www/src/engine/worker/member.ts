/** Another worker, with an engine of its own, that takes steps with lanes of this one's. */
import type { StepReport } from "../types";
import type { Imported } from "../wasm";

/** Steps to take with a lane. */
export interface Order {
  /** Null where it is the one of the last order. */
  experiment: { checkpoint: Uint8Array<ArrayBuffer>; imported: Imported | null } | null;
  parcel: Uint8Array<ArrayBuffer>;
  count: number;
  /** From how many steps one is kept. */
  every: number;
}

export interface Stepped {
  reports: StepReport[];
  parcel: Uint8Array<ArrayBuffer>;
}

export type Reply =
  | { type: "ready" }
  /** `memory`: bytes that its engine has taken. */
  | { type: "stepped"; stepped: Stepped; memory: number }
  | { type: "failed" };

export class Member {
  /** Its engine is there, and nothing has gone wrong with it. */
  ready = false;
  memory = 0;
  #worker: Worker;
  #waiting: ((stepped: Stepped | null) => void) | null = null;

  constructor() {
    this.#worker = new Worker(new URL("../lane-worker.ts", import.meta.url), {
      type: "module",
      name: "losscope-lanes",
    });
    this.#worker.onmessage = (message: MessageEvent<Reply>) => this.#receive(message.data);
    // One that cannot be loaded is never ready, and not missed.
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#fail();
    };
  }

  /** One order at a time. Null where something went wrong: then it takes no other. */
  step(order: Order): Promise<Stepped | null> {
    const { experiment, parcel } = order;
    const arrays = [parcel, experiment?.checkpoint, experiment?.imported?.bytes].filter((array) => array !== undefined);
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#worker.postMessage(order, { transfer: arrays.map(({ buffer }) => buffer) });
    });
  }

  #receive(reply: Reply): void {
    if (reply.type === "ready") {
      this.ready = true;
    } else if (reply.type === "stepped") {
      this.memory = reply.memory;
      this.#answer(reply.stepped);
    } else {
      this.#fail();
    }
  }

  #fail(): void {
    this.ready = false;
    this.memory = 0;
    this.#worker.terminate();
    this.#answer(null);
  }

  #answer(stepped: Stepped | null): void {
    this.#waiting?.(stepped);
    this.#waiting = null;
  }
}
