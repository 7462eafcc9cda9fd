/** Colours of the outlines of foreground classes: those of crates/render/src/palette.rs. */
const OUTLINES = ["#fff", "#ffc208", "#59d9ff", "#ff998c"] as const;

/** The colour of class `index`, from 1 on; a fifth class begins again. */
export function classColour(index: number): string {
  return OUTLINES[(index - 1) % OUTLINES.length] ?? OUTLINES[0];
}
