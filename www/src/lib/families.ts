/** The families of synthetic images in words: what is drawn, and which published set it is after. */
import type { Family } from "../engine/types";

export interface FamilyWords {
  name: string;
  /** What the pictures are like. */
  like: string;
  /** The two foreground classes that it can have. */
  classes: readonly [string, string] | null;
  /** Whether its images are slices of volumes, which can be trained on as such. */
  volume: boolean;
}

export const FAMILIES: Record<Family, FamilyWords> = {
  polyp: { name: "Polyps", like: "endoscopy, after CVC-ClinicDB", classes: null, volume: false },
  vessel: { name: "Vessels", like: "eye fundus, after DRIVE", classes: null, volume: false },
  ultrasound: { name: "Lesions", like: "ultrasound, after BUS2017", classes: null, volume: false },
  brain: { name: "Brain tumours", like: "slices of MR volumes, after BraTS", classes: ["rim", "core"], volume: true },
  kidney: { name: "Kidneys", like: "slices of CT volumes, after KiTS", classes: ["kidney", "tumour"], volume: true },
};

export const FAMILY_IDS = Object.keys(FAMILIES) as Family[];
