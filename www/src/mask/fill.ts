/** Flood fill by similarity. */
import type { Rect } from "../lib/stroke";

/**
 * Calls `paint` for every pixel that is joined to the one at `column` and `row`, edge to edge, by pixels that
 * differ from it by no more than `tolerance` (0..255) in red, in green and in blue. Goes by rows of such pixels,
 * not pixel by pixel, so that millions take a moment. Returns the part of the picture that they lie in.
 */
export function flood(
  { width, height, rgba }: { width: number; height: number; rgba: Uint8Array },
  column: number,
  row: number,
  tolerance: number,
  paint: (at: number) => void,
): Rect {
  const start = row * width + column;
  const [red, green, blue] = [rgba[4 * start] ?? 0, rgba[4 * start + 1] ?? 0, rgba[4 * start + 2] ?? 0];
  const seen = new Uint8Array(width * height);
  const joins = (at: number) =>
    seen[at] === 0 &&
    Math.abs((rgba[4 * at] ?? 0) - red) <= tolerance &&
    Math.abs((rgba[4 * at + 1] ?? 0) - green) <= tolerance &&
    Math.abs((rgba[4 * at + 2] ?? 0) - blue) <= tolerance;

  const rect = { left: column, top: row, right: column + 1, bottom: row + 1 };
  const waiting = [start];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (!joins(at)) continue;
    const y = Math.floor(at / width);
    const first = y * width;
    let left = at;
    while (left > first && joins(left - 1)) left -= 1;
    let right = at + 1;
    while (right < first + width && joins(right)) right += 1;
    for (let here = left; here < right; here += 1) {
      seen[here] = 1;
      paint(here);
    }
    rect.left = Math.min(rect.left, left - first);
    rect.right = Math.max(rect.right, right - first);
    rect.top = Math.min(rect.top, y);
    rect.bottom = Math.max(rect.bottom, y + 1);
    // One start for each row of neighbours above and below.
    for (const other of [y - 1, y + 1]) {
      if (other < 0 || other >= height) continue;
      const shift = (other - y) * width;
      let joined = false;
      for (let here = left + shift; here < right + shift; here += 1) {
        const joinsHere = joins(here);
        if (joinsHere && !joined) waiting.push(here);
        joined = joinsHere;
      }
    }
  }
  return rect;
}
