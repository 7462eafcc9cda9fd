import type { Norm } from "./Norm";

export type NetworkConfig = { dims: number; base_channels: number; depth: number; norm: Norm };
