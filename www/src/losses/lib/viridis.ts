/** Probabilities as pixels, in the very colours of the legend (`--probability-scale`). */
import { scaleLinear } from "d3-scale";
import type { Pixels } from "../../lib/draw";

const STOPS = ["#440154", "#414487", "#2a788e", "#22a884", "#7ad151", "#fde725"];
const colour = scaleLinear<string>(
  STOPS.map((_, at) => at / (STOPS.length - 1)),
  STOPS,
).clamp(true);

/** Colours of whole per cents: a brush paints nothing finer that could be told apart. */
const PALETTE = [...Array(101).keys()].map((percent) => {
  const [r = 0, g = 0, b = 0] = (colour(percent / 100).match(/\d+/g) ?? []).map(Number);
  return [r, g, b, 255];
});

export function probabilityPixels(probabilities: ArrayLike<number>, side: number): Pixels {
  const rgba = Array.from(probabilities).flatMap((probability) => PALETTE[Math.round(100 * probability)] ?? []);
  return { width: side, height: side, rgba };
}
