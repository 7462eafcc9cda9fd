/** The family of the Unified Focal loss: its members by what is special about them. */
import { t } from "../../i18n/messages";
import type { Halves, Identity } from "../engine/types";

export type Member = Identity["member"];

/** From the pixel-by-pixel half (λ = 0) to the region half (λ = 1). */
export const COLUMNS: readonly Halves[] = ["distribution", "both", "region"];

export interface Row {
  weighted: boolean;
  focal: boolean;
}

/** From the general to the special; the middle two each fix one parameter. */
export const ROWS: readonly Row[] = [
  { weighted: true, focal: true },
  { weighted: true, focal: false },
  { weighted: false, focal: true },
  { weighted: false, focal: false },
];

const NAMES: Record<Halves, [string, string, string, string]> = {
  distribution: ["Weighted Focal", "Weighted CE", "Focal", "Cross entropy"],
  both: ["Unified Focal", "Tversky + weighted CE", "Focal Dice + Focal", "Dice + CE"],
  region: ["Focal Tversky", "Tversky", "Focal Dice", "Dice"],
};

export function nameOf(halves: Halves, row: number): string {
  return NAMES[halves][row] ?? "";
}

export function same(member: Member, halves: Halves, row: Row): boolean {
  return member.halves === halves && member.weighted === row.weighted && member.focal === row.focal;
}

/** Whether the member is this one, or a special case of it. */
export function inherits(member: Member, halves: Halves, row: Row): boolean {
  const half = halves === "both" || member.halves === halves;
  return half && (row.weighted || !member.weighted) && (row.focal || !member.focal);
}

/** What a loss of the engine's is called inside a sum. */
const SUMMANDS = [
  "dice",
  "tversky",
  "focal_tversky",
  "asym_focal_tversky",
  "ce_clip",
  "combo",
  "focal_clip",
  "sym_focal",
  "asym_focal",
] as const;

export function summandName(kind: string): string {
  const known = SUMMANDS.find((known) => known === kind);
  return known === undefined ? kind : t(`losses.unified.summand.${known}`);
}
