/** How one image becomes enough samples. */

const SIZES = [128, 96, 64, 32, 16];
/** So many tiles of one image can be divided into training, validation and test. */
const ENOUGH = 12;

/** The largest side, up to `wanted`, of which enough square tiles fit into an image. */
export function tilesFor({ width, height }: { width: number; height: number }, wanted: number): number {
  const tiles = (size: number) => Math.floor(width / size) * Math.floor(height / size);
  const sizes = [wanted, ...SIZES.filter((size) => size < wanted)];
  return sizes.find((size) => tiles(size) >= ENOUGH) ?? sizes.at(-1) ?? wanted;
}
