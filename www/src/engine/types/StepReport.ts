export type StepReport = {
  lane: number;
  step: number;
  loss: number;
  gradient_share: number[];
  layer_norms: number[] | null;
};
