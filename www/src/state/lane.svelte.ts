/** One lane as the page shows it: its loss, and the last of everything that its network reported. */
import type { Evaluation, LaneInfo, Loss, Snapshot, StepReport } from "../engine/types";
import { foregroundShare, History } from "./history";

export class Lane {
  /** The engine's name for it; it may change when everything is set up anew. */
  id: number;
  /** Fixes colour, marker and dash for as long as the lane lives. */
  readonly slot: number;
  loss: Loss;
  step = $state(0);
  report = $state.raw<StepReport | null>(null);
  layerNorms = $state.raw<number[] | null>(null);
  snapshot = $state.raw<Snapshot | null>(null);
  evaluation = $state.raw<Evaluation | null>(null);
  /** Why this lane stands where it stands, if that needs saying. */
  note = $state<string | null>(null);
  /** Why the last change was refused. */
  problem = $state<string | null>(null);
  history = new History();

  readonly foregroundShare = $derived(this.report === null ? null : foregroundShare(this.report.gradient_share));

  constructor(info: LaneInfo, slot: number) {
    this.id = info.id;
    this.slot = slot;
    this.loss = $state.raw(info.loss);
    this.step = info.step;
  }

  /** Back at step 0. The pictures stay until the new ones are there, so that nothing flickers. */
  restart(info: LaneInfo, note: string | null): void {
    this.id = info.id;
    this.loss = info.loss;
    this.step = info.step;
    this.report = null;
    this.layerNorms = null;
    this.evaluation = null;
    this.problem = null;
    this.note = note;
    this.history = new History();
  }

  record(reports: StepReport[]): void {
    for (const report of reports) {
      this.history.add(report);
      if (report.layer_norms !== null) this.layerNorms = report.layer_norms;
    }
    const last = reports.at(-1);
    if (last === undefined) return;
    this.report = last;
    this.step = last.step;
  }

  evaluate(evaluation: Evaluation): void {
    this.history.evaluated(evaluation);
    this.evaluation = evaluation;
  }
}
