export type Rejection = { path: string; reason: string };
