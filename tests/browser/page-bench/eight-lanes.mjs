/** As many lanes as there can be, each with another loss of the paper's comparison; endless. */
const LOSSES = ["ce", "focal", "dice", "tversky", "focal_tversky", "combo", "sym_unified_focal", "asym_unified_focal"];

export const EIGHT_LANES = {
  data: { source: "synthetic", size: 64, foreground: 0.02 },
  training: { batch_size: 4, steps: 100_000, evaluate_every: 20 },
  losses: LOSSES.map((kind) => ({ kind })),
};
