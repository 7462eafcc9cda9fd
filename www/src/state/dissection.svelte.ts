/** The next step of every lane, taken apart stage by stage before it is taken. */
import type { ExplainedStep } from "../engine/types";
import { lab } from "./lab.svelte";
import { Latest } from "./latest";

export const STAGES = ["Forward", "Loss", "Backward", "Update"] as const;
export type Stage = (typeof STAGES)[number];

class Dissection {
  open = $state(false);
  stage = $state<Stage>("Forward");
  /** One a lane. */
  steps = $state.raw<ExplainedStep[]>([]);
  problem = $state<string | null>(null);

  #asking = new Latest<null>(() => this.#ask(), 50);

  begin(): void {
    lab.pause();
    this.stage = "Forward";
    this.open = true;
  }

  close(): void {
    this.open = false;
    this.steps = [];
    this.problem = null;
  }

  next(): void {
    this.stage = STAGES[STAGES.indexOf(this.stage) + 1] ?? "Update";
  }

  /** Takes the step, and the next one apart. */
  take(): void {
    this.stage = "Forward";
    lab.singleStep();
  }

  /** Asks for what the lanes stand before now. */
  ask(): void {
    this.#asking.want(null);
  }

  /** A lane's step; undefined where it is not known yet, or has been taken meanwhile. */
  of(lane: { id: number; step: number }): ExplainedStep | undefined {
    return this.steps.find((explained) => explained.lane === lane.id && explained.step === lane.step + 1);
  }

  async #ask(): Promise<void> {
    if (!this.open || lab.status !== "ready") return;
    try {
      const steps: ExplainedStep[] = [];
      for (const lane of lab.lanes) {
        if (lane.stopped === null) steps.push(await lab.client.send({ type: "explain_step", lane: lane.id }));
      }
      this.steps = steps;
      this.problem = null;
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
    }
  }
}

export const dissection = new Dissection();
