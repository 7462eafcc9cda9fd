export type Family = "polyp";
