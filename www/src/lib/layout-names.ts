/** Published sets under the names that their owners give them. */
import type { Layout } from "../engine/types";

export const LAYOUT_NAMES: Record<Layout, string> = {
  cvc_clinic_db: "CVC-ClinicDB",
  kvasir_seg: "Kvasir-SEG",
  drive: "DRIVE",
  chase_db1: "CHASE_DB1",
  busi: "BUSI",
  dsb2018: "Data Science Bowl 2018",
  isic: "ISIC",
  brats: "BraTS",
  kits: "KiTS",
};
