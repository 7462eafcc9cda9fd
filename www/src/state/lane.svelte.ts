/** One lane as the page shows it: its loss, and the last of everything that its network reported. */
import type { Evaluation, LaneInfo, Loss, Snapshot, StepReport, Stopped } from "../engine/types";
import { foregroundShare, History } from "./history";

/** Why a lane stands where it stands: `training.lane.note.<note>`. */
export type LaneNote = "added" | "restarted";

/** What is kept of a lane; its loss, its step and whether it stopped are in the engine's checkpoint. */
export interface LaneRecord {
  id: number;
  slot: number;
  step: number;
  note: LaneNote | null;
  report: StepReport | null;
  layerNorms: number[] | null;
  /** Of a lane that has stopped for good: its last. */
  snapshot: Snapshot | null;
  evaluation: Evaluation | null;
  history: Pick<History, "loss" | "foreground" | "scores">;
}

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
  /** Where it stopped for good. */
  stopped = $state.raw<Stopped | null>(null);
  /** Why this lane stands where it stands, if that needs saying. */
  note = $state<LaneNote | null>(null);
  /** Why the last change was refused. */
  problem = $state<string | null>(null);
  history = new History();

  readonly foregroundShare = $derived(this.report === null ? null : foregroundShare(this.report.gradient_share));

  constructor(info: LaneInfo, slot: number) {
    this.id = info.id;
    this.slot = slot;
    this.loss = $state.raw(info.loss);
    this.step = info.step;
    this.stopped = info.stopped;
  }

  static restored(info: LaneInfo, record: LaneRecord): Lane {
    const lane = new Lane(info, record.slot);
    lane.note = record.note;
    lane.report = record.report;
    lane.layerNorms = record.layerNorms;
    lane.snapshot = record.snapshot;
    lane.evaluation = record.evaluation;
    Object.assign(lane.history, record.history);
    return lane;
  }

  /** A copy of what will be needed to show the lane as it is. */
  toRecord(): LaneRecord {
    const { id, slot, step, note, report, layerNorms, evaluation } = this;
    // Pictures are large, and drawn anew; but not those of a lane that has stopped.
    const snapshot = this.stopped === null ? null : this.snapshot;
    const { loss, foreground, scores } = this.history;
    const history = structuredClone({ loss, foreground, scores });
    return { id, slot, step, note, report, layerNorms, snapshot, evaluation, history };
  }

  /** Back at step 0. The pictures stay until the new ones are there, so that nothing flickers. */
  restart(info: LaneInfo, note: LaneNote | null): void {
    this.id = info.id;
    this.loss = info.loss;
    this.step = info.step;
    this.stopped = info.stopped;
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
