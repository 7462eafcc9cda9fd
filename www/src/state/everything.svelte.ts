/** Every metric of every lane on validation and test images, measured on demand while training goes on. */
import type { Loss, Measured, MetricInfo } from "../engine/types";
import { lab } from "./lab.svelte";

export interface MeasuredLane {
  name: string;
  loss: Loss;
  slot: number;
}

/** What lanes have in common, as text. */
const common = () => JSON.stringify([lab.session?.experiment.data, lab.session?.experiment.network]);

class Everything {
  metrics = $state.raw<MetricInfo[]>([]);
  /** A lane's split each, of the steps that lanes were at when it was asked for. */
  measured = $state.raw<Measured[]>([]);
  /** The lanes as they were then. */
  lanes = $state.raw<Record<number, MeasuredLane>>({});
  /** The data and network that they were on. */
  of = $state.raw("");
  progress = $state.raw<{ done: number; total: number } | null>(null);
  problem = $state<string | null>(null);

  #asked = 0;

  get busy(): boolean {
    return this.progress !== null;
  }

  async measure(): Promise<void> {
    const asked = ++this.#asked;
    this.problem = null;
    this.progress = { done: 0, total: 1 };
    const found: Measured[] = [];
    try {
      const of = common();
      const lanes = Object.fromEntries(
        lab.lanes.map((lane) => [
          lane.id,
          { name: lab.nameOf(lane), loss: $state.snapshot(lane.loss), slot: lane.slot },
        ]),
      );
      this.metrics = await lab.client.send({ type: "begin_measure" });
      // One image at a time: commands and training get their turn in between.
      for (;;) {
        const step = await lab.client.send({ type: "measure_next" });
        if (asked !== this.#asked) return;
        if (step === null) break;
        this.progress = { done: step.done, total: step.total };
        if (step.measured !== null) found.push(step.measured);
      }
      [this.measured, this.lanes, this.of] = [found, lanes, of];
    } catch (error) {
      if (asked === this.#asked) this.problem = error instanceof Error ? error.message : String(error);
    } finally {
      if (asked === this.#asked) this.progress = null;
    }
  }

  /** Gives up what is being measured; what was measured before stays. */
  cancel(): void {
    this.#asked += 1;
    this.progress = null;
  }

  /** Whether it is of the data and the network that are trained on. */
  get current(): boolean {
    return this.of === common();
  }
}

export const everything = new Everything();
