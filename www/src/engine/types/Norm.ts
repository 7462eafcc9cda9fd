export type Norm = "none" | "instance" | "group" | "batch";
