/** Which part of a picture is seen, and how large: zoom and pan. */
import type { Point } from "../lib/stroke";

const MOST_ENLARGED = 32;

export class View {
  /** Of what it is seen through, in pixels of the screen. */
  frame = $state.raw({ width: 1, height: 1 });
  /** Pixels of the screen to a pixel of the picture, over those that show it whole. */
  zoom = $state(1);
  /** The place of the picture in the middle of the frame. */
  centre = $state.raw<Point>({ x: 0, y: 0 });

  readonly #width: number;
  readonly #height: number;

  constructor(width: number, height: number) {
    this.#width = width;
    this.#height = height;
    this.centre = { x: width / 2, y: height / 2 };
  }

  /** Pixels of the screen to a pixel of the picture. */
  get scale(): number {
    return this.zoom * Math.min(this.frame.width / this.#width, this.frame.height / this.#height);
  }

  /** From the frame to the picture. */
  toPicture({ x, y }: Point): Point {
    return {
      x: this.centre.x + (x - this.frame.width / 2) / this.scale,
      y: this.centre.y + (y - this.frame.height / 2) / this.scale,
    };
  }

  toFrame({ x, y }: Point): Point {
    return {
      x: (x - this.centre.x) * this.scale + this.frame.width / 2,
      y: (y - this.centre.y) * this.scale + this.frame.height / 2,
    };
  }

  /** Enlarges by a factor; what lies at a place of the frame stays there. */
  zoomAt(at: Point, factor: number): void {
    const fixed = this.toPicture(at);
    const most = Math.max(1, (MOST_ENLARGED * this.zoom) / this.scale);
    this.zoom = Math.max(1, Math.min(most, this.zoom * factor));
    const moved = this.toPicture(at);
    this.#look({ x: this.centre.x + fixed.x - moved.x, y: this.centre.y + fixed.y - moved.y });
  }

  zoomBy(factor: number): void {
    this.zoomAt({ x: this.frame.width / 2, y: this.frame.height / 2 }, factor);
  }

  /** The whole picture. */
  fit(): void {
    this.zoom = 1;
    this.#look(this.centre);
  }

  /** By pixels of the screen. */
  pan(dx: number, dy: number): void {
    this.#look({ x: this.centre.x - dx / this.scale, y: this.centre.y - dy / this.scale });
  }

  /** Moves just so far that a place of the picture is well within the frame. */
  reveal(place: Point): void {
    const { x, y } = this.toFrame(place);
    const off = (value: number, size: number) => {
      const margin = size / 8;
      return value < margin ? margin - value : value > size - margin ? size - margin - value : 0;
    };
    this.pan(off(x, this.frame.width), off(y, this.frame.height));
  }

  /** No more beside the picture than there must be. */
  #look({ x, y }: Point): void {
    const along = (value: number, size: number, frame: number) => {
      const half = frame / this.scale / 2;
      return half * 2 >= size ? size / 2 : Math.max(half, Math.min(size - half, value));
    };
    this.centre = {
      x: along(x, this.#width, this.frame.width),
      y: along(y, this.#height, this.frame.height),
    };
  }
}
