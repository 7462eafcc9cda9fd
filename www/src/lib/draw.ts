/** Pictures onto canvases, pixel for pixel; CSS does the enlarging. */
export interface Pixels {
  width: number;
  height: number;
  rgba: ArrayLike<number>;
}

export function draw(canvas: HTMLCanvasElement, { width, height, rgba }: Pixels): void {
  // Setting a canvas's size clears it, which would flicker.
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  canvas.getContext("2d")?.putImageData(new ImageData(Uint8ClampedArray.from(rgba), width, height), 0, 0);
}
