/** Which image to look at first. */
import type { SampleInfo } from "../engine/types";

/** Position of the image whose share of foreground is the median: something to find, and not the easiest. */
export function middling(samples: SampleInfo[]): number {
  const order = samples.map(({ foreground_fraction }, position) => ({ foreground_fraction, position }));
  order.sort((a, b) => a.foreground_fraction - b.foreground_fraction);
  return order[Math.floor(order.length / 2)]?.position ?? 0;
}
