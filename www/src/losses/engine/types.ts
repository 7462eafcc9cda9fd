/** What the compiled bench answers. Every number on the page comes from here. */
import type { Loss } from "../../engine/types";

/** What is along a curve's axis. */
export type Axis = "probability" | "logit" | "far_logit";

/** The places of an axis, each as a probability and as its logit. */
export interface AxisPlaces {
  probability: Float64Array;
  logit: Float64Array;
}

/** A loss of one pixel along an axis. */
export interface PixelCurve {
  value: Float64Array;
  /** dL/dz. */
  logit_gradient: Float64Array;
  /** dL/dp. */
  probability_gradient: Float64Array;
}

/** A foreground in pixels. */
export interface Disc {
  fraction: number;
  foreground: number;
  pixels: number;
}

/** A loss over false-positive rate (columns) and false-negative rate (rows), and its slopes along both. */
export interface Surface {
  cells: number;
  value: Float64Array;
  false_positive: Float64Array;
  false_negative: Float64Array;
}

/** The same at one pair of rates. */
export interface Slope {
  value: number;
  false_positive: number;
  false_negative: number;
  /** Size of the first slope over that of the second. */
  ratio: number | null;
}

export type UnifiedParameters = { lambda: number; delta: number; gamma: number; symmetric: boolean };
export type Halves = "region" | "both" | "distribution";

/** Which special case a Unified Focal loss is, with the proof on one picture. */
export interface Identity {
  member: { halves: Halves; weighted: boolean; focal: boolean };
  terms: { weight: number; loss: Loss; value: number }[];
  value: number;
  sum: number;
  gradient_difference: number;
}

/** Weighted pushes of one pixel, and the weighted region half against the share found. */
export interface Halfway {
  foreground: number[];
  background: number[];
  region: number[];
}

export interface UnifiedCurves {
  along: number[];
  symmetric: Halfway;
  asymmetric: Halfway;
  /** At γ = 0 and δ = ½. */
  plain: Halfway;
}

export type Truth = "lesion" | "large" | "several" | "vessel" | "nothing";
export type Guess = "mistakes" | "right" | "shifted" | "too_large" | "missed" | "unsure" | "certain";

/** Labels and probabilities, row by row. */
export interface Scene {
  side: number;
  labels: Uint8Array;
  probabilities: Float64Array;
}

/** Shares of a sum; foreground and background make it up, the border lies in both. */
export interface Shares {
  total: number;
  foreground: number | null;
  background: number | null;
  border: number | null;
}

/** A loss on a picture. */
export interface Verdict {
  value: number;
  /** The largest |dL/dz|. */
  largest: number;
  shares: Shares;
  /** dL/dz, row by row. */
  gradient: Float64Array;
}

export interface Verdicts {
  areas: Shares;
  losses: Verdict[];
  /** Null where a gradient is zero and so has no direction. */
  cosines: (number | null)[][];
}
