import type { Picture } from "./Picture";

export type Pictures = { input: Picture; errors: Picture; probability: Picture; gradient: Picture };
