import type { SplitName } from "./SplitName";

export type SampleInfo = { index: number; name: string; split: SplitName; foreground_fraction: number };
