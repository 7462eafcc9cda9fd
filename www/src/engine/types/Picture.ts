export type Picture = { width: number; height: number; rgba: Uint8ClampedArray };
