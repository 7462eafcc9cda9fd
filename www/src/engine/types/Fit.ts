export type Fit = "resize" | "tile";
