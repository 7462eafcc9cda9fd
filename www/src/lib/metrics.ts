/** Metrics as people read them; what they are comes from the engine's catalogue. */
import { decimal, NONE } from "./format";

/** Three decimals where values lie around 1, else three significant digits; `–` where undefined. */
export function number(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  const size = Math.abs(value);
  if (size >= 100) return value.toFixed(0);
  if (size >= 10) return decimal(value.toFixed(1));
  return decimal(value.toFixed(size >= 2 ? 2 : 3));
}
