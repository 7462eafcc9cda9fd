export type TrainingConfig = { batch_size: number; steps: number; evaluate_every: number };
