export type NetInfo = { version: string, channels: number, classes: Array<string>, height: number, width: number, loss: unknown, step: number, parameters: number, };
