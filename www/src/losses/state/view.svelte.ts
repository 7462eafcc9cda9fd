/** What each part of the page shows, beside the losses: all of it goes into the address. */
import { MediaQuery } from "svelte/reactivity";
import type { Axis, UnifiedParameters } from "../engine/types";
import { numberIn, wordIn } from "../lib/address";

/** Below this a part's controls stand under its figure instead of beside it. */
export const stacked = new MediaQuery("width < 1280px");

export const AXES: readonly Axis[] = ["probability", "logit", "far_logit"];
export type Slopes = "logit" | "probability";

const UNIFIED: UnifiedParameters = { lambda: 0.5, delta: 0.6, gamma: 0.5, symmetric: false };
const DEFAULTS = { foreground: 0.05, falsePositive: 0.1, falseNegative: 0.5, at: 0.2 };
/** As far as the sliders go. */
export const LEAST_FOREGROUND = 0.001;
export const MOST_FOREGROUND = 0.5;
/** The Unified Focal loss's own limit: at 1 its region half would be constant. */
export const MOST_GAMMA = 0.95;

const asked = new URLSearchParams(location.search);

function unifiedFrom(text: string | null): UnifiedParameters {
  const [lambda, delta, gamma, form] = (text ?? "").split(",");
  return {
    lambda: numberIn(lambda ?? null, 0, 1, UNIFIED.lambda),
    delta: numberIn(delta ?? null, 0, 1, UNIFIED.delta),
    gamma: numberIn(gamma ?? null, 0, MOST_GAMMA, UNIFIED.gamma),
    symmetric: form === "sym",
  };
}

class View {
  axis = $state<Axis>(wordIn(asked.get("axis"), AXES, "probability"));
  slopes = $state<Slopes>(wordIn(asked.get("slopes"), ["logit", "probability"], "logit"));
  /** The probability at which curves are read. */
  at = $state(numberIn(asked.get("at"), 0, 1, DEFAULTS.at));
  foreground = $state(numberIn(asked.get("foreground"), LEAST_FOREGROUND, MOST_FOREGROUND, DEFAULTS.foreground));
  falsePositive = $state(numberIn(asked.get("fp"), 0, 1, DEFAULTS.falsePositive));
  falseNegative = $state(numberIn(asked.get("fn"), 0, 1, DEFAULTS.falseNegative));
  unified = $state.raw<UnifiedParameters>(unifiedFrom(asked.get("unified")));
  sharedScale = $state(asked.get("scale") === "shared");

  /** What differs from how the page opens. */
  settings(): Record<string, string | null> {
    const differing = (value: number, otherwise: number) => (value === otherwise ? null : String(value));
    const { lambda, delta, gamma, symmetric } = this.unified;
    const unified = [lambda, delta, gamma, symmetric ? "sym" : "asym"].join();
    const opening = [UNIFIED.lambda, UNIFIED.delta, UNIFIED.gamma, "asym"].join();
    return {
      axis: this.axis === "probability" ? null : this.axis,
      slopes: this.slopes === "logit" ? null : this.slopes,
      at: differing(this.at, DEFAULTS.at),
      foreground: differing(this.foreground, DEFAULTS.foreground),
      fp: differing(this.falsePositive, DEFAULTS.falsePositive),
      fn: differing(this.falseNegative, DEFAULTS.falseNegative),
      unified: unified === opening ? null : unified,
      scale: this.sharedScale ? "shared" : null,
    };
  }
}

export const view = new View();
