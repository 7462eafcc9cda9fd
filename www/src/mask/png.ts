/** Pictures and masks as PNG files. */
import { t } from "../i18n/messages";
import { colourOf } from "./overlay";
import type { Labels } from "./undo";

async function png(width: number, height: number, rgba: Uint8ClampedArray<ArrayBuffer>): Promise<Blob> {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  if (context === null) throw new Error(t("mask.error.memory"));
  context.putImageData(new ImageData(rgba, width, height), 0, 0);
  return canvas.convertToBlob({ type: "image/png" });
}

/** Each class in its colour, "#rrggbb"; by default one of foreground, white on black. */
export function maskPng({ width, height, data }: Labels, colours = ["#000000", "#ffffff"]): Promise<Blob> {
  const rgba = new Uint8ClampedArray(4 * data.length);
  const words = new Uint32Array(rgba.buffer);
  // Opacity is the last byte, on every machine that runs a browser.
  const palette = colours
    .map(colourOf)
    .map(([red, green, blue]) => ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0);
  for (let at = 0; at < data.length; at += 1) words[at] = palette[data[at] ?? 0] ?? 0xff000000;
  return png(width, height, rgba);
}

export function imagePng(width: number, height: number, rgba: Uint8Array): Promise<Blob> {
  return png(width, height, new Uint8ClampedArray(rgba));
}
