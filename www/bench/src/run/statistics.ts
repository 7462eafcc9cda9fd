/** The value below which this part of the values lies, by linear interpolation; NaN of none. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const position = part * (sorted.length - 1);
  const low = sorted[Math.floor(position)] ?? NaN;
  const high = sorted[Math.ceil(position)] ?? NaN;
  return low + (high - low) * (position - Math.floor(position));
}

/** Median; NaN of no values. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}
