import type { Family } from "./Family";
import type { Fit } from "./Fit";

export type DataConfig =
  | { source: "synthetic"; family: Family; size: number; count: number; foreground: number; split: [number, number, number] }
  | { source: "imported"; id: string; split: [number, number, number] }
  | { source: "folder"; path: string; size: number; fit: Fit; split: [number, number, number] };
