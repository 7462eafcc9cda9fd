/** The mask as it lies over the image: for each class a translucent colour with a firm edge. */
import type { Rect } from "../lib/stroke";
import type { Labels } from "./undo";

const INSIDE = 120;

/** Red, green and blue, 0..255. */
export type Colour = readonly [number, number, number];

/** "#fff" or "#ffc208" in numbers. */
export function colourOf(text: string): Colour {
  const digits = text.slice(1);
  const long = digits.length === 3 ? digits.replace(/./g, "$&$&") : digits;
  const channel = (at: number) => Number.parseInt(long.slice(at, at + 2), 16);
  return [channel(0), channel(2), channel(4)];
}

export class Overlay {
  readonly canvas: OffscreenCanvas;
  #context: OffscreenCanvasRenderingContext2D | null;
  #labels: Labels;
  #colours: Colour[];

  /** `colours` are those of the classes, from the first of foreground on. */
  constructor(labels: Labels, colours: Colour[]) {
    this.canvas = new OffscreenCanvas(labels.width, labels.height);
    this.#context = this.canvas.getContext("2d");
    this.#labels = labels;
    this.#colours = colours;
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
    const pixels = new Uint8ClampedArray(4 * columns * rows);
    for (let row = 0, to = 0; row < rows; row += 1) {
      const y = top + row;
      for (let column = 0; column < columns; column += 1, to += 4) {
        const x = left + column;
        const at = y * width + x;
        const label = data[at] ?? 0;
        const colour = this.#colours[label - 1];
        if (colour === undefined) continue;
        const [red, green, blue] = colour;
        const edge =
          (x > 0 && data[at - 1] !== label) ||
          (x + 1 < width && data[at + 1] !== label) ||
          (y > 0 && data[at - width] !== label) ||
          (y + 1 < height && data[at + width] !== label);
        pixels[to] = red;
        pixels[to + 1] = green;
        pixels[to + 2] = blue;
        pixels[to + 3] = edge ? 255 : INSIDE;
      }
    }
    this.#context?.putImageData(new ImageData(pixels, columns, rows), left, top);
  }
}
