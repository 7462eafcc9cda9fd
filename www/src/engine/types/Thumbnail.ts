export type Thumbnail = { width: number; height: number; rgba: number[] };
