import type { Description } from "./Description";
import type { Metric } from "./Metric";
export type MetricDescription = { metric: Metric, description: Description, };
