/** The mask as it lies over the image: a translucent colour with a firm edge. */
import type { Rect } from "../lib/stroke";
import type { Labels } from "./undo";

const INSIDE = 120;

export class Overlay {
  readonly canvas: OffscreenCanvas;
  #context: OffscreenCanvasRenderingContext2D | null;
  #labels: Labels;
  #colour: [number, number, number];

  constructor(labels: Labels, colour: [number, number, number]) {
    this.canvas = new OffscreenCanvas(labels.width, labels.height);
    this.#context = this.canvas.getContext("2d");
    this.#labels = labels;
    this.#colour = colour;
    this.draw({ left: 0, top: 0, right: labels.width, bottom: labels.height });
  }

  /** Draws a part anew, and the edge around it, which may have become one or ceased to be. */
  draw(changed: Rect): void {
    const { width, height, data } = this.#labels;
    const left = Math.max(0, changed.left - 1);
    const top = Math.max(0, changed.top - 1);
    const columns = Math.min(width, changed.right + 1) - left;
    const rows = Math.min(height, changed.bottom + 1) - top;
    if (columns <= 0 || rows <= 0) return;
    const [red, green, blue] = this.#colour;
    const pixels = new Uint8ClampedArray(4 * columns * rows);
    for (let row = 0, to = 0; row < rows; row += 1) {
      const y = top + row;
      for (let column = 0; column < columns; column += 1, to += 4) {
        const x = left + column;
        const at = y * width + x;
        if (data[at] !== 1) continue;
        const edge =
          (x > 0 && data[at - 1] === 0) ||
          (x + 1 < width && data[at + 1] === 0) ||
          (y > 0 && data[at - width] === 0) ||
          (y + 1 < height && data[at + width] === 0);
        pixels[to] = red;
        pixels[to + 1] = green;
        pixels[to + 2] = blue;
        pixels[to + 3] = edge ? 255 : INSIDE;
      }
    }
    this.#context?.putImageData(new ImageData(pixels, columns, rows), left, top);
  }
}
