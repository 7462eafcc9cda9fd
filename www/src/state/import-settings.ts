/** What to make of files: the settings of an import, and how they go together. */
import type { ImportOptions, Pairing } from "../engine/types";
import type { ImportedSet } from "./imported-sets.svelte";

export type Settings = Required<ImportOptions>;

export const USUAL: Settings = {
  size: 64,
  fit: "resize",
  volumes: "slices",
  depth: 16,
  keep: "foreground",
  most: 32,
  intensity: { kind: "auto" },
  modality: "all",
};

/** Volumes are small enough to train on at this side. */
const SIDE_3D = 32;

/** With a change made. */
export function changed(settings: Settings, change: Partial<Settings>): Settings {
  const { volumes } = change;
  const deeper = volumes !== undefined && volumes !== "slices" && settings.volumes === "slices";
  return { ...settings, ...(deeper ? { size: Math.min(settings.size, SIDE_3D) } : {}), ...change };
}

/** For other files: what was chosen for volumes need not suit them. */
export function forOthers({ size, fit, depth, keep, most }: Settings): Settings {
  return { ...USUAL, size, fit, depth, keep, most };
}

const SCAN = /\.(nii|nii\.gz|dcm|dicom|ima|npy)$/i;

export interface Matters {
  volumes: boolean;
  greys: boolean;
  sequences: boolean;
}

/** Of a set that was kept, or before there are files, nothing can be changed. */
export const NOTHING: Matters = { volumes: false, greys: false, sequences: false };

/** Which settings beyond the size matter for what was found. */
export function matters(pairing: Pairing | null, set: ImportedSet | null): Matters {
  const images = [
    ...(pairing?.pairs ?? []).flatMap(({ images }) => images),
    ...(pairing?.unpaired ?? []).map(({ path }) => path),
  ];
  const previews = set?.report.pairs ?? [];
  const volumes = images.some((path) => SCAN.test(path)) || previews.some(({ depth }) => depth > 1);
  return {
    volumes,
    greys: volumes || previews.some(({ range }) => range !== null),
    sequences: (pairing?.layout ?? set?.report.layout) === "brats",
  };
}
