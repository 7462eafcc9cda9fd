export type OptimiserConfig = { kind: "adam" | "sgd"; learning_rate: number; momentum: number };
