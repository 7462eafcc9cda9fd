/** Every type of the engine: those of `types/` are generated from the Rust types, never edited. */
export type { Augmentation } from "./types/Augmentation";
export type { Axis } from "./types/Axis";
export type { ClassShare } from "./types/ClassShare";
export type { Cut } from "./types/Cut";
export type { DataConfig } from "./types/DataConfig";
export type { DatasetInfo } from "./types/DatasetInfo";
export type { Easel } from "./types/Easel";
export type { Evaluation } from "./types/Evaluation";
export type { Experiment } from "./types/Experiment";
export type { Family } from "./types/Family";
export type { Fit } from "./types/Fit";
export type { FormulaFault } from "./types/FormulaFault";
export type { FormulaInspection } from "./types/FormulaInspection";
export type { FormulaWord } from "./types/FormulaWord";
export type { ImageMetrics } from "./types/ImageMetrics";
export type { ImageValues } from "./types/ImageValues";
export type { ImportOptions } from "./types/ImportOptions";
export type { ImportProgress } from "./types/ImportProgress";
export type { ImportReport } from "./types/ImportReport";
export type { LaneInfo } from "./types/LaneInfo";
export type { LayerPull } from "./types/LayerPull";
export type { Layout } from "./types/Layout";
export type { Loss } from "./types/Loss";
export type { LossInfo } from "./types/LossInfo";
export type { MaskValue } from "./types/MaskValue";
export type { Measured } from "./types/Measured";
export type { Metric } from "./types/Metric";
export type { MetricDescription } from "./types/MetricDescription";
export type { MetricInfo } from "./types/MetricInfo";
export type { NetInfo } from "./types/NetInfo";
export type { NetworkConfig } from "./types/NetworkConfig";
export type { Norm } from "./types/Norm";
export type { OptimiserConfig } from "./types/OptimiserConfig";
export type { PairPreview } from "./types/PairPreview";
export type { Pairing } from "./types/Pairing";
export type { ParameterInfo } from "./types/ParameterInfo";
export type { PixelExplanation } from "./types/PixelExplanation";
export type { PlannedPair } from "./types/PlannedPair";
export type { Rejection } from "./types/Rejection";
export type { SampleInfo } from "./types/SampleInfo";
export type { SessionInfo } from "./types/SessionInfo";
export type { SplitName } from "./types/SplitName";
export type { StepReport } from "./types/StepReport";
export type { StepExplanation } from "./types/StepExplanation";
export type { Stopped } from "./types/Stopped";
export type { Terms } from "./types/Terms";
export type { Thumbnail } from "./types/Thumbnail";
export type { TrainingConfig } from "./types/TrainingConfig";
export type { Unpaired } from "./types/Unpaired";

import type { Axis } from "./types/Axis";
import type { Cut } from "./types/Cut";
import type { Measured } from "./types/Measured";
import type { StepExplanation } from "./types/StepExplanation";

/** What the engine runs on. */
export interface EngineInfo {
  backend: "webgpu" | "cpu";
  /** The adapter's own name, as far as the browser tells it. */
  adapter: string;
  version: string;
}

/** Row by row, four bytes a pixel. */
export interface Picture {
  width: number;
  height: number;
  rgba: Uint8ClampedArray<ArrayBuffer>;
}

// An alias, not an interface: only then do `Object.values` know what it holds.
export type Pictures = {
  input: Picture;
  errors: Picture;
  probability: Picture;
  gradient: Picture;
};

/** What the pictures show. */
export interface View {
  /** Position in the data. */
  image: number;
  /** Along what a volume is cut into slices. */
  axis: Axis;
  /** Which slice; null for that with the most foreground. */
  slice: number | null;
  /** The class whose probability and gradient are drawn; null for all foreground. */
  class: number | null;
  /** Full colour is the same |dL/dlogit| in all lanes. */
  shared_scale: boolean;
  /** The step to look back at, or the last one before it that is kept; null for the present. */
  at: number | null;
}

/** A step taken apart, with the pictures of its batch, which share a gradient scale. */
export type ExplainedStep = StepExplanation & { pictures: Pictures[] };

/** One image as one lane sees it. */
export interface Snapshot {
  lane: number;
  step: number;
  /** Position in the data. */
  image: number;
  /** The slice of a volume that is shown; of an image the only one. */
  cut: Cut;
  pictures: Pictures;
  /** |dL/dlogit| that is drawn in full colour. */
  gradient_max: number;
  /** Of this image by itself. */
  loss: number;
  /** Undefined where nothing is to be found and nothing was. */
  dice: number | null;
  gradient_share: number[];
}

/** An image of a set with its truth, out of the engine. */
export interface Sample {
  name: string;
  channels: number;
  height: number;
  width: number;
  /** `[channels, height, width]`, 0 to 1. */
  values: Float32Array<ArrayBuffer>;
  /** Class indices `[height, width]`. */
  labels: Uint8Array<ArrayBuffer>;
}

/** How far measuring has come. */
export interface MeasureProgress {
  /** Images measured and to be measured, of all lanes. */
  done: number;
  total: number;
  /** A lane's split that is done with it. */
  measured: Measured | null;
}

/** An image as a training step would see it. */
export interface Preview {
  step: number;
  /** Whether anything was changed. */
  changed: boolean;
  picture: Picture;
}
