import type { ParameterInfo } from "./ParameterInfo";

export type LossInfo = {
  kind: string;
  name: string;
  short_name: string;
  family: "distribution" | "region" | "compound";
  year: number;
  paper: string;
  formula: string;
  summary: string;
  parameters: ParameterInfo[];
};
