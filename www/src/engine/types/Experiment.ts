import type { DataConfig } from "./DataConfig";
import type { Loss } from "./Loss";
import type { NetworkConfig } from "./NetworkConfig";
import type { OptimiserConfig } from "./OptimiserConfig";
import type { TrainingConfig } from "./TrainingConfig";

export type Experiment = {
  version: number;
  seed: number;
  data: DataConfig;
  network: NetworkConfig;
  optimiser: OptimiserConfig;
  training: TrainingConfig;
  losses: Loss[];
};
