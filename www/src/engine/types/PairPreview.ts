import type { Thumbnail } from "./Thumbnail";

export type PairPreview = {
  name: string;
  image: string;
  mask: string;
  width: number;
  height: number;
  foreground_fraction: number;
  thumbnail: Thumbnail;
  tiles: number;
};
