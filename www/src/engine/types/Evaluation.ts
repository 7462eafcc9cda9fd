import type { ImageMetrics } from "./ImageMetrics";
import type { SplitName } from "./SplitName";

export type Evaluation = {
  lane: number;
  step: number;
  split: SplitName;
  per_image: ImageMetrics[];
  mean_dice: number | null;
  mean_iou: number | null;
  mean_precision: number | null;
  mean_recall: number | null;
  undefined_dice: number;
};
