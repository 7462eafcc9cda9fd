export type ImportProgress = { done: number; total: number; name: string };
