/** Geometry that the figures share. */
import type { ContourMultiPolygon } from "d3-contour";
import { decimal, scientific } from "../../lib/format";

/** Labels of an axis: short, with a true minus sign. */
export function tick(value: number): string {
  return decimal(String(Number(value.toPrecision(6)))).replace("-", "−");
}

/** A number that may be negative, large or small: three significant digits, with a true minus sign. */
export function signed(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.001 || size >= 10_000)) return scientific(value).replace("-", "−");
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : 3;
  return decimal(value.toFixed(digits)).replace("-", "−");
}

/** The same where all that stand together are small: always a power of ten. */
export function signedScientific(value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : scientific(value).replace("-", "−");
}

/** A probability; where three decimals would make it 0 or 1, how far from there it is. */
export function probability(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return "–";
  if (value < 0.0005) return scientific(value);
  return value > 0.9995 ? `1 − ${scientific(1 - value)}` : decimal(value.toFixed(3));
}

/** A contour as an SVG path; `x` and `y` take the places of the grid, in cells, to the screen. */
export function contourPath(
  { coordinates }: ContourMultiPolygon,
  x: (cell: number) => number,
  y: (cell: number) => number,
): string {
  const point = (position: number[]) => `${x(position[0] ?? 0).toFixed(1)},${y(position[1] ?? 0).toFixed(1)}`;
  return coordinates
    .flat()
    .map((ring) => `M${ring.map(point).join("L")}Z`)
    .join("");
}

/** The outline of everything labelled 1, in pixels of the picture, as an SVG path. */
export function outlinePath(labels: ArrayLike<number>, side: number): string {
  const inside = (x: number, y: number) => x >= 0 && y >= 0 && x < side && y < side && labels[y * side + x] === 1;
  let path = "";
  for (let y = 0; y <= side; y += 1) {
    for (let x = 0; x <= side; x += 1) {
      if (inside(x, y) !== inside(x, y - 1)) path += `M${x} ${y}h1`;
      if (inside(x, y) !== inside(x - 1, y)) path += `M${x} ${y}v1`;
    }
  }
  return path;
}

/** Every so many entries, so that about `count` of them remain, the last one among them. */
export function thinned(length: number, count: number): number[] {
  const every = Math.max(1, Math.round(length / count));
  return [...Array(length).keys()].filter((at) => at % every === Math.floor(every / 2));
}
