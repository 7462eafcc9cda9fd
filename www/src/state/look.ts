/** How the pictures of all lanes are looked at. */
import type { Axis, DatasetInfo, View } from "../engine/types";

/** All of a view but its image. */
export type Look = Omit<View, "image">;

export const AXES: readonly Axis[] = ["axial", "coronal", "sagittal"];

export const FIRST_LOOK: Look = { axis: "axial", slice: null, class: null, shared_scale: true, at: null };

/** How many slices a volume has along an axis. */
export function sliceCount({ depth, height, width }: DatasetInfo, axis: Axis): number {
  return { axial: depth, coronal: height, sagittal: width }[axis];
}

/** A look at data that may be others than it was chosen for. */
export function fitting(look: Look, dataset: DatasetInfo): Look {
  const axis = dataset.depth > 1 ? look.axis : "axial";
  const there = look.slice !== null && look.slice < sliceCount(dataset, axis) && dataset.depth > 1;
  const known = look.class !== null && look.class < dataset.classes.length && dataset.classes.length > 2;
  return { ...look, axis, slice: there ? look.slice : null, class: known ? look.class : null };
}
