import type { PairPreview } from "./PairPreview";
import type { Rejection } from "./Rejection";

export type ImportReport = {
  pairs: PairPreview[];
  rejected: Rejection[];
  foreground_fraction: number;
  samples: number;
};
