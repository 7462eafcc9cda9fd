/** What a run found out, as it is in the JSON. */
import type { Case } from "../problem/problem";
import type { GpuCounts } from "./counts";

/** How a contestant fared in one case. */
export interface Result {
  id: string;
  name: string;
  version: string;
  notes: string;
  /** What it computed on, null where it did not start. */
  adapter: string | null;
  /**
   * Only `measured` has a time to believe. `disagrees`: another loss than it must have. `unfinished`:
   * the time ran out before a round was measured.
   */
  status: "measured" | "unfinished" | "disagrees" | "unavailable" | "failed";
  /** Why it was not measured, else empty. */
  reason: string;
  /** Loss of every step, the warm-up's too. */
  losses: number[];
  /** The first step, which compiles and allocates. */
  first_step_ms: number | null;
  /** The steps that count: those after the warm-up. */
  step_ms: number[];
  /** WebGPU calls of the first step and, each its median, of the measured ones. */
  first_step_gpu: GpuCounts | null;
  step_gpu: GpuCounts | null;
}

/** All contestants in one case. */
export interface CaseResults extends Case {
  flops_per_step: number;
  /** Losses of the first steps in double precision. */
  expected_losses: number[];
  contestants: Result[];
}

/** A whole run, with what one must know to read it. */
export interface Report {
  date: string;
  user_agent: string;
  hardware_concurrency: number;
  cross_origin_isolated: boolean;
  rules: Rules;
  cases: CaseResults[];
}

/** How steps are taken and when a contestant's time is over. */
export interface Rules {
  /** Steps before those that count, the first among them. */
  warm_up_steps: number;
  rounds: number;
  /** Steps that a contestant takes before the next one's turn. */
  steps_per_round: number;
  /** For each contestant in each case, warm-up included. */
  limit_seconds: number;
  /** How far the first loss may be from the expected one. */
  first_loss_tolerance: number;
  /** How far the following losses may be from the expected ones. */
  loss_tolerance: number;
}
