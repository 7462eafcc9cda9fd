/** A round brush drawn along a line, for every canvas that is painted on. */
export interface Point {
  x: number;
  y: number;
}

/** A part of a picture in pixels; right and bottom are outside. */
export interface Rect {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/**
 * Calls `paint` for every pixel of a `width` × `height` picture whose centre is within `radius` anywhere along
 * the line, and returns the part of the picture that was looked at. Places are in pixels.
 */
export function alongLine(
  { width, height }: { width: number; height: number },
  from: Point,
  to: Point,
  radius: number,
  paint: (at: number) => void,
): Rect {
  const within = (value: number, most: number) => Math.max(0, Math.min(most, value));
  const rect = {
    left: within(Math.floor(Math.min(from.x, to.x) - radius), width),
    top: within(Math.floor(Math.min(from.y, to.y) - radius), height),
    right: within(Math.ceil(Math.max(from.x, to.x) + radius) + 1, width),
    bottom: within(Math.ceil(Math.max(from.y, to.y) + radius) + 1, height),
  };
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = dx * dx + dy * dy;
  for (let row = rect.top; row < rect.bottom; row += 1) {
    for (let column = rect.left; column < rect.right; column += 1) {
      const [x, y] = [column + 0.5 - from.x, row + 0.5 - from.y];
      const along = length === 0 ? 0 : Math.max(0, Math.min(1, (x * dx + y * dy) / length));
      const [offX, offY] = [x - along * dx, y - along * dy];
      if (offX * offX + offY * offY <= radius * radius) paint(row * width + column);
    }
  }
  return rect;
}
