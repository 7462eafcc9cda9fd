import type { Pictures } from "./Pictures";

export type Snapshot = {
  lane: number;
  step: number;
  image: number;
  pictures: Pictures;
  gradient_max: number;
  loss: number;
  dice: number | null;
  gradient_share: number[];
};
