import type { Fit } from "./Fit";

export type ImportOptions = { size: number; fit: Fit };
