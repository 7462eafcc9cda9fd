/** The words that a second-year student may not know, each explained in a sentence or two: `common.term.<key>`. */
import { t } from "../i18n/messages";

const KEYS = [
  "loss",
  "dice",
  "iou",
  "precision",
  "recall",
  "logit",
  "gradient",
  "gradientShare",
  "foregroundFraction",
  "probability",
  "outline",
  "falsePositive",
  "falseNegative",
  "pullAngle",
  "pullShare",
  "layerNorm",
  "validation",
  "learningRate",
  "batchSize",
  "baseChannels",
  "depth",
  "norm",
  "optimiser",
  "momentum",
  "seed",
  "evaluateEvery",
] as const;

export type TermKey = (typeof KEYS)[number];

/** Read when they are shown, in the language of the page. */
export const TERMS = Object.defineProperties(
  {},
  Object.fromEntries(KEYS.map((key) => [key, { get: () => t(`common.term.${key}`) }])),
) as Readonly<Record<TermKey, string>>;
