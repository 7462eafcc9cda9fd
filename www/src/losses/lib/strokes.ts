/** A painted picture as text for the address: runs of equal pixels, each a probability in per cent. */
import { certain } from "./certain";

/**
 * `p` or `f` for background or foreground, the per cent, and how many in base 36: `3p1c` is 48 pixels at 3 %. 0 and 100
 * are as near to that as a brush comes.
 */
export function writePicture(probabilities: ArrayLike<number>, labels: ArrayLike<number>): string {
  const runs: { pixel: string; count: number }[] = [];
  for (let at = 0; at < probabilities.length; at += 1) {
    const pixel = `${Math.round(100 * (probabilities[at] ?? 0))}${labels[at] === 1 ? "f" : "p"}`;
    const run = runs.at(-1);
    if (run?.pixel === pixel) run.count += 1;
    else runs.push({ pixel, count: 1 });
  }
  return runs.map(({ pixel, count }) => pixel + (count > 1 ? count.toString(36) : "")).join("-");
}

/** Null where the text is no picture of so many pixels. */
export function readPicture(text: string, pixels: number): { probabilities: Float64Array; labels: Uint8Array } | null {
  const probabilities = new Float64Array(pixels);
  const labels = new Uint8Array(pixels);
  let at = 0;
  for (const run of text.split("-")) {
    const [, percent = "", kind, count = ""] = /^(\d{1,3})([pf])([0-9a-z]{0,3})$/.exec(run) ?? [];
    const length = count === "" ? 1 : Number.parseInt(count, 36);
    if (kind === undefined || Number(percent) > 100 || at + length > pixels) return null;
    const probability = certain(Number(percent) / 100);
    probabilities.fill(probability, at, at + length);
    labels.fill(kind === "f" ? 1 : 0, at, at + length);
    at += length;
  }
  return at === pixels ? { probabilities, labels } : null;
}
