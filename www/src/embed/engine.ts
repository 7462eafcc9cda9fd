/**
 * The engine without the page: trains several losses side by side in a worker of its own, and hands out numbers and
 * pictures. Types are those of the Rust types.
 */
import { EngineClient, type Notice } from "../engine/client";
import type { BackendChoice, Ready } from "../engine/protocol";
import type {
  Evaluation,
  Experiment,
  LossInfo,
  PixelExplanation,
  SessionInfo,
  Snapshot,
  StepReport,
  View,
} from "../engine/types";

export type * from "../engine/types";
export type { BackendChoice } from "../engine/protocol";

/** A document of which any part may be left out: it takes its default. */
export type Partly<T> = T extends readonly (infer Item)[]
  ? Item[]
  : T extends object
    ? { [Name in keyof T]?: Partly<T[Name]> }
    : T;

/** A loss by its kind; parameters left out take their defaults. */
export interface LossDocument {
  kind: string;
  /** Numbers, but for the text of a formula of one's own, its parameters, and lists of weights. */
  [parameter: string]: number | string | number[] | Record<string, number>;
}
/** An experiment; `{}` is one. An unknown field is an error that names it. */
export type ExperimentDocument = Partly<Omit<Experiment, "losses">> & { losses?: LossDocument[] };

/** What the engine tells of by itself. */
export interface EngineEvents {
  /** Steps were made: one report a lane and step. */
  step: StepReport[];
  /** Every lane was measured on the validation images. */
  evaluation: Evaluation[];
  /** The pictures of one image, as every lane sees it. */
  pictures: Snapshot[];
  /** Training began or ended. */
  running: boolean;
  /** Something went wrong outside a call. After a fatal fault this engine is of no more use. */
  fault: { message: string; fatal: boolean };
}

type Listener<T> = (value: T) => void;
type Listeners = { [Name in keyof EngineEvents]: Set<Listener<EngineEvents[Name]>> };

/** Every method rejects with an `Error` whose message is a sentence for a person. */
export class Engine {
  /** What it runs on, and why. */
  readonly backend: Ready["info"]["backend"];
  readonly adapter: string;
  readonly version: string;
  /** Every loss, with its parameters, ranges and defaults. */
  readonly catalogue: readonly LossInfo[];
  #client: EngineClient;
  #listeners: Listeners;

  private constructor(client: EngineClient, listeners: Listeners, { info, catalogue }: Ready) {
    this.#client = client;
    this.#listeners = listeners;
    this.backend = info.backend;
    this.adapter = info.adapter;
    this.version = info.version;
    this.catalogue = catalogue;
  }

  /** Starts an engine: on WebGPU where that is worth it, else on the CPU, unless one of them is asked for. */
  static async create({ backend = "auto" }: { backend?: BackendChoice } = {}): Promise<Engine> {
    const listeners: Listeners = {
      step: new Set(),
      evaluation: new Set(),
      pictures: new Set(),
      running: new Set(),
      fault: new Set(),
    };
    const client = new EngineClient((notice) => tell(listeners, notice));
    try {
      return new Engine(client, listeners, await client.start(backend));
    } catch (error) {
      client.dispose();
      throw error;
    }
  }

  /** Calls `listener` at every such event, until what is returned is called. */
  on<Name extends keyof EngineEvents>(name: Name, listener: Listener<EngineEvents[Name]>): () => void {
    this.#listeners[name].add(listener);
    return () => this.#listeners[name].delete(listener);
  }

  /** Begins an experiment: every lane at step 0. Resolves with what it is now, defaults filled in. */
  configure(experiment: ExperimentDocument = {}): Promise<SessionInfo> {
    // The engine fills in what is left out, and refuses what it does not know.
    return this.#client.send({ type: "configure", experiment: experiment as Experiment });
  }

  /** One step of every lane. */
  async step(): Promise<StepReport[]> {
    const made: StepReport[] = [];
    const stop = this.on("step", (reports) => made.push(...reports));
    try {
      await this.#client.send({ type: "step" });
    } finally {
      stop();
    }
    return made;
  }

  /** So many steps of every lane, one after the other. Resolves with all reports. */
  async train(steps: number): Promise<StepReport[]> {
    const made: StepReport[] = [];
    for (let step = 0; step < steps; step += 1) made.push(...(await this.step()));
    return made;
  }

  /** Trains on by itself, up to the experiment's number of steps; listen to `step`. */
  play(): Promise<void> {
    return this.#client.send({ type: "play" });
  }

  pause(): Promise<void> {
    return this.#client.send({ type: "pause" });
  }

  /** Back to step 0, from the same weights. */
  reset(): Promise<SessionInfo> {
    return this.#client.send({ type: "reset" });
  }

  /** Chooses the image, and how its pictures are drawn; they come as `pictures`. */
  view(view: View): Promise<void> {
    return this.#client.send({ type: "view", view });
  }

  /** What each lane thinks of a pixel of the pictures that came last. */
  explainPixel(row: number, column: number): Promise<PixelExplanation[]> {
    return this.#client.send({ type: "explain_pixel", row, column });
  }

  /** The weights of a lane, a safetensors file. */
  weights(lane: number): Promise<Uint8Array<ArrayBuffer>> {
    return this.#client.send({ type: "weights", lane });
  }

  /** Ends the worker. Calls that are not answered reject. */
  dispose(): void {
    this.#client.dispose();
  }
}

function call<T>(listeners: ReadonlySet<Listener<T>>, value: T): void {
  for (const listener of [...listeners]) listener(value);
}

function tell(listeners: Listeners, notice: Notice): void {
  switch (notice.type) {
    case "reports":
      call(listeners.step, notice.reports);
      break;
    case "evaluations":
      call(listeners.evaluation, notice.evaluations);
      break;
    case "snapshots":
      call(listeners.pictures, notice.snapshots);
      break;
    case "transport":
      call(listeners.running, notice.running);
      break;
    case "fault":
      call(listeners.fault, { message: notice.message, fatal: notice.fatal });
      break;
    default:
      break;
  }
}
