/** Pictures and masks as PNG files. */

async function png(width: number, height: number, rgba: Uint8ClampedArray<ArrayBuffer>): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  if (context === null)
    throw new Error("The browser has no memory left for a picture. Close other tabs and try again.");
  context.putImageData(new ImageData(rgba, width, height), 0, 0);
  return canvas.convertToBlob({ type: "image/png" });
}

/** White where the mask is 1, black elsewhere. */
export function maskPng(width: number, height: number, labels: Uint8Array): Promise<Blob> {
  const rgba = new Uint8ClampedArray(4 * labels.length);
  const words = new Uint32Array(rgba.buffer);
  const [white, black] = [0xffffffff, 0xff000000]; // opacity is the last byte, on every machine that runs a browser
  for (let at = 0; at < labels.length; at += 1) words[at] = labels[at] === 1 ? white : black;
  return png(width, height, rgba);
}

export function imagePng(width: number, height: number, rgba: Uint8Array): Promise<Blob> {
  return png(width, height, new Uint8ClampedArray(rgba));
}
