export type SplitName = "train" | "validation" | "test";
