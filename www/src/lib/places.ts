/** Pixels of a picture that is fitted into a square. */

/** Counted from 0. */
export interface Place {
  row: number;
  column: number;
}

interface Extent {
  width: number;
  height: number;
}

/** Where the picture lies in the square, as shares of its side. */
function fit({ width, height }: Extent): { left: number; top: number; width: number; height: number } {
  const side = Math.max(width, height);
  const [across, down] = [width / side, height / side];
  return { left: (1 - across) / 2, top: (1 - down) / 2, width: across, height: down };
}

/** The pixel at a point of the square, given as shares of its side; null beside the picture. */
export function pixelAt(size: Extent, x: number, y: number): Place | null {
  const box = fit(size);
  const column = Math.floor(((x - box.left) / box.width) * size.width);
  const row = Math.floor(((y - box.top) / box.height) * size.height);
  return column >= 0 && row >= 0 && column < size.width && row < size.height ? { row, column } : null;
}

/** Where a pixel lies in the square, as shares of its side. */
export function pixelBox(
  size: Extent,
  { row, column }: Place,
): { left: number; top: number; width: number; height: number } {
  const box = fit(size);
  return {
    left: box.left + (column / size.width) * box.width,
    top: box.top + (row / size.height) * box.height,
    width: box.width / size.width,
    height: box.height / size.height,
  };
}
