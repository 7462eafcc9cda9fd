export type Loss = { kind: string } & { [parameter: string]: number };
