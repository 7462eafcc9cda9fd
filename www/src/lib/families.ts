/** The families of synthetic images in words: what is drawn, and which published set it is after. */
import type { Family } from "../engine/types";

export interface FamilyWords {
  name: string;
  /** Which published set it is after. */
  like: string;
  /** The two foreground classes that it can have. */
  classes: readonly [string, string] | null;
  /** Whether its images are slices of volumes, which can be trained on as such. */
  volume: boolean;
}

export const FAMILIES: Record<Family, FamilyWords> = {
  polyp: { name: "Polyps", like: "after CVC-ClinicDB", classes: null, volume: false },
  vessel: { name: "Eye vessels", like: "after DRIVE", classes: null, volume: false },
  ultrasound: { name: "Ultrasound lesions", like: "after BUS2017", classes: null, volume: false },
  brain: { name: "Brain tumours", like: "MR, after BraTS", classes: ["rim", "core"], volume: true },
  kidney: { name: "Kidneys", like: "CT, after KiTS", classes: ["kidney", "tumour"], volume: true },
};

export const FAMILY_IDS = Object.keys(FAMILIES) as Family[];
