/** The inside of a polygon, in pixels. */
import type { Point, Rect } from "../lib/stroke";

/**
 * Calls `paint` for every pixel whose centre lies inside, by the even-odd rule: where the outline crosses itself,
 * what is enclosed twice is outside. Returns the part of the picture that was looked at.
 */
export function insideOf(
  { width, height }: { width: number; height: number },
  corners: Point[],
  paint: (at: number) => void,
): Rect {
  const clamp = (value: number, most: number) => Math.max(0, Math.min(most, value));
  const xs = corners.map(({ x }) => x);
  const ys = corners.map(({ y }) => y);
  const rect = {
    left: clamp(Math.floor(Math.min(...xs)), width),
    top: clamp(Math.floor(Math.min(...ys)), height),
    right: clamp(Math.ceil(Math.max(...xs)), width),
    bottom: clamp(Math.ceil(Math.max(...ys)), height),
  };
  for (let row = rect.top; row < rect.bottom; row += 1) {
    const crossings = crossingsAt(row + 0.5, corners);
    for (let pair = 0; pair + 1 < crossings.length; pair += 2) {
      // From the first centre not left of the one crossing to the last one left of the other.
      const first = clamp(Math.ceil((crossings[pair] ?? 0) - 0.5), width);
      const end = clamp(Math.ceil((crossings[pair + 1] ?? 0) - 0.5), width);
      for (let column = first; column < end; column += 1) paint(row * width + column);
    }
  }
  return rect;
}

/** Where the outline crosses a horizontal line, from left to right. */
function crossingsAt(y: number, corners: Point[]): number[] {
  const found: number[] = [];
  for (const [index, to] of corners.entries()) {
    const from = corners[(index + corners.length - 1) % corners.length] ?? to;
    // A corner on the line belongs to one of its two edges only.
    if (from.y <= y !== to.y <= y) found.push(from.x + ((y - from.y) / (to.y - from.y)) * (to.x - from.x));
  }
  return found.sort((a, b) => a - b);
}
