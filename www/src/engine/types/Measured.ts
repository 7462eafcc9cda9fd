import type { ImageValues } from "./ImageValues";
import type { MetricDescription } from "./MetricDescription";
import type { SplitName } from "./SplitName";
export type Measured = { lane: number, step: number, split: SplitName, classes: Array<string>, per_image: Array<ImageValues>, sources: Array<string>, over_images: Array<MetricDescription>, };
