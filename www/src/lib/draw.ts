/** Pictures onto canvases, pixel for pixel; CSS does the enlarging. */
export interface Pixels {
  width: number;
  height: number;
  rgba: Uint8ClampedArray<ArrayBuffer> | ArrayLike<number>;
}

export function draw(canvas: HTMLCanvasElement, { width, height, rgba }: Pixels): void {
  // Setting a canvas's size clears it, which would flicker.
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const bytes = rgba instanceof Uint8ClampedArray ? rgba : Uint8ClampedArray.from(rgba);
  canvas.getContext("2d")?.putImageData(new ImageData(bytes, width, height), 0, 0);
}
