/** The families of synthetic images. `data.family.<name>` says what is drawn, `….like` after which published set. */
import type { Family } from "../engine/types";

export interface FamilyTraits {
  /** The two foreground classes that it can have, as the engine names them. */
  classes: readonly [string, string] | null;
  /** Whether its images are slices of volumes, which can be trained on as such. */
  volume: boolean;
}

export const FAMILIES: Record<Family, FamilyTraits> = {
  polyp: { classes: null, volume: false },
  vessel: { classes: null, volume: false },
  ultrasound: { classes: null, volume: false },
  brain: { classes: ["rim", "core"], volume: true },
  kidney: { classes: ["kidney", "tumour"], volume: true },
};

export const FAMILY_IDS = Object.keys(FAMILIES) as Family[];
