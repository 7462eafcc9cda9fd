/**
 * How the eight lanes are told apart: a colour (after Okabe and Ito, darkened or lightened until it stands
 * out from each ground), a marker and a dash. Colour is never alone.
 */
export const MAX_LANES = 8;

/** Marker outlines in a 12 × 12 box, centred on (6, 6); the same path serves SVG and canvas. */
const MARKERS = [
  "M6 1.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9z",
  "M2 2h8v8h-8z",
  "M6 1l5.2 9.2h-10.4z",
  "M6 .5l5.5 5.5l-5.5 5.5l-5.5-5.5z",
  "M4.5 1h3v3.5h3.5v3h-3.5v3.5h-3v-3.5h-3.5v-3h3.5z",
  "M6 11l5.2-9.2h-10.4z",
  "M3.5 1.5h5l2.5 4.5l-2.5 4.5h-5l-2.5-4.5z",
  "M6 .5l1.6 3.7l4 .4l-3 2.7l.9 3.9l-3.5-2.1l-3.5 2.1l.9-3.9l-3-2.7l4-.4z",
];

const DASHES = [[], [9, 4], [2, 3], [10, 3, 2, 3], [5, 5], [14, 4], [6, 2, 2, 2, 2, 2], [3, 6]];

export function laneColour(slot: number): string {
  return `var(--lane-${(slot % MAX_LANES) + 1})`;
}

export function laneMarker(slot: number): string {
  return MARKERS[slot % MAX_LANES] ?? "";
}

export function laneDash(slot: number): number[] {
  return DASHES[slot % MAX_LANES] ?? [];
}
