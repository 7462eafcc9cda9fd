/** A painted picture as text for the address: runs of equal pixels, each a probability in per cent. */

/** `p` or `f` for background or foreground, the per cent, and how many in base 36: `3p1c` is 48 pixels at 3 %. */
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
    const [, percent = "", kind, count = ""] = /^(\d{1,2})([pf])([0-9a-z]{0,3})$/.exec(run) ?? [];
    const length = count === "" ? 1 : Number.parseInt(count, 36);
    const probability = Number(percent) / 100;
    if (kind === undefined || !(probability > 0) || at + length > pixels) return null;
    probabilities.fill(probability, at, at + length);
    labels.fill(kind === "f" ? 1 : 0, at, at + length);
    at += length;
  }
  return at === pixels ? { probabilities, labels } : null;
}
