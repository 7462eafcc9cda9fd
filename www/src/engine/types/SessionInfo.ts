import type { DatasetInfo } from "./DatasetInfo";
import type { Experiment } from "./Experiment";
import type { LaneInfo } from "./LaneInfo";

export type SessionInfo = {
  experiment: Experiment;
  lanes: LaneInfo[];
  layers: string[];
  parameters: number;
  dataset: DatasetInfo;
};
