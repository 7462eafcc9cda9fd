export type ParameterInfo = {
  name: string;
  symbol: string;
  min: number;
  max: number;
  step: number;
  default: number;
  meaning: string;
};
