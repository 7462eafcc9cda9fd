/** Slices of volumes, in words. */
import type { Cut, DatasetInfo } from "../engine/types";
import { t } from "../i18n/messages";
import { sliceCount } from "../state/look";

/** "Coronal slice 5 of 32", counted from the first as a reader does. */
export function sliceName({ axis, index }: Cut, dataset: DatasetInfo): string {
  return t(`training.slice.name.${axis}`, { number: index + 1, count: sliceCount(dataset, axis) });
}
