import type { Loss } from "./Loss";

export type LaneInfo = { id: number; loss: Loss; step: number };
