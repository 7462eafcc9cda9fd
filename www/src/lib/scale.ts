/** How a slider's positions stand for values. */
import type { ParameterInfo } from "../engine/types";
import { plain, scientific } from "./format";

export interface Scale {
  min: number;
  max: number;
  step: number;
  toPosition: (value: number) => number;
  fromPosition: (position: number) => number;
  format: (value: number) => string;
}

/** More steps than this cannot be told apart on a slider of even steps. */
const MANY_STEPS = 2000;

/** Positions are half powers of ten: "10⁻⁶", or "3 × 10⁻⁶". */
const powerOfTen = (value: number) =>
  scientific(value)
    .replace(".0", "")
    .replace(/^1\D×\D/, "");

/** Even steps; or powers of ten for a parameter that ranges over many of them, such as Dice's smoothing. */
export function parameterScale({ min, max, step }: ParameterInfo): Scale {
  if ((max - min) / step <= MANY_STEPS) {
    const keep = (value: number) => Number(value.toPrecision(6));
    return { min, max, step, toPosition: keep, fromPosition: keep, format: plain };
  }
  // The lowest position stands for the minimum itself, which may be 0.
  const lowest = Math.log10(Math.max(min, step)) - 0.5;
  return {
    min: lowest,
    max: Math.log10(max),
    step: 0.5,
    toPosition: (value) => (value <= min ? lowest : Math.log10(value)),
    fromPosition: (position) => (position <= lowest ? min : Math.min(max, Number((10 ** position).toPrecision(1)))),
    format: (value) => (value > 0 && value < 0.001 ? powerOfTen(value) : plain(value)),
  };
}
