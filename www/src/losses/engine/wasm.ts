/** The boundary to the compiled bench, typed. wasm-bindgen describes serialised values as `any`. */
import type { FormulaInspection, FormulaWord, Loss, LossInfo, Picture } from "../../engine/types";
import type { FormulaLoss } from "../../lib/losses";
import type {
  Axis,
  AxisPlaces,
  Disc,
  Guess,
  Identity,
  PixelCurve,
  Scene,
  Slope,
  Truth,
  UnifiedCurves,
  UnifiedParameters,
  Verdicts,
} from "./types";

/** One bench. It keeps nothing, so calls may overlap. Whatever it rejects with has a sentence for a message. */
export interface LossBench {
  catalogue(): LossInfo[];
  check(loss: Loss): void;
  axis(axis: Axis): AxisPlaces;
  pixel_curve(loss: Loss, axis: Axis, label: 0 | 1): Promise<PixelCurve>;
  disc(fraction: number): Disc;
  surface_row(loss: Loss, fraction: number, cells: number, row: number): Promise<SurfaceRow>;
  surface_point(loss: Loss, fraction: number, falsePositive: number, falseNegative: number): Promise<Slope>;
  unified_curves(unified: UnifiedParameters, fraction: number): Promise<UnifiedCurves>;
  unified_identity(unified: UnifiedParameters, probabilities: Float64Array, labels: Uint8Array): Promise<Identity>;
  scene(truth: Truth, guess: Guess): Scene;
  evaluate(
    losses: Loss[],
    height: number,
    width: number,
    probabilities: Float64Array,
    labels: Uint8Array,
  ): Promise<Verdicts>;
  gradient_picture(height: number, width: number, gradient: Float64Array, full: number): Picture;
}

export interface SurfaceRow {
  value: Float64Array;
  false_positive: Float64Array;
  false_negative: Float64Array;
}

/** The package's functions that need no bench. */
export interface Formulas {
  inspect_formula(text: string): FormulaInspection;
  formula_words(): FormulaWord[];
  formula_example(): FormulaLoss;
}

interface BenchModule extends Formulas {
  default: () => Promise<unknown>;
  LossBench: new () => LossBench;
}

/** Loads and initialises the WebAssembly package that also trains on the CPU. */
export async function loadBench(): Promise<{ bench: LossBench; formulas: Formulas }> {
  // The package's own declarations say `any`, and are absent until it has been built.
  const module = (await import("../../../pkg/cpu/losscope_web.js")) as unknown as BenchModule;
  await module.default();
  return { bench: new module.LossBench(), formulas: module };
}
