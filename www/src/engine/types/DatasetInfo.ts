import type { SampleInfo } from "./SampleInfo";

export type DatasetInfo = {
  name: string;
  height: number;
  width: number;
  channels: number;
  classes: string[];
  class_fractions: number[];
  train: number;
  validation: number;
  test: number;
  samples: SampleInfo[];
};
