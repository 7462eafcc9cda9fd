/** What is kept of a run: the engine's checkpoint, and what the page shows of the past. */
import type { EngineInfo } from "../engine/types";
import type { TransportState } from "../engine/protocol";
import { languageTag } from "../i18n/locale";
import { t } from "../i18n/messages";
import type { LaneRecord } from "./lane.svelte";
import type { Look } from "./look";

/** Another version's records are not read. */
export const RECORD_VERSION = 6;

export interface RunRecord {
  version: number;
  /** The tab that trained it, and the query of its address without the language. */
  tab: string;
  query: string;
  /** Whether somebody asked for it: by the address, a setting, or the button. */
  own: boolean;
  /** Milliseconds since 1970. */
  savedAt: number;
  backend: EngineInfo["backend"];
  /** The imported set that it was on, which must still be there to go on; null for synthetic images. */
  dataset: string | null;
  /** Whether it was on volumes, which train on the CPU. */
  volumes?: boolean;
  checkpoint: ArrayBuffer;
  transport: TransportState;
  /** What the step counter showed. */
  step: number;
  /** Position among the validation images. */
  image: number;
  look: Look;
  lanes: LaneRecord[];
}

/**
 * What a restart of the engine cost, exactly: `lost` steps after those of the record, which were computed again
 * if training went on.
 */
export function wentOn(why: string, { step }: RunRecord, lost: number, again: boolean, onCpu: boolean): string {
  const flag = (set: boolean) => (set ? "yes" : "no");
  return t("training.kept.restarted", { why, step, lost, again: flag(again), onCpu: flag(onCpu) });
}

/** "12:31", with the day where that is not today. */
export function timeOf({ savedAt }: RunRecord): string {
  const at = new Date(savedAt);
  const time = at.toLocaleTimeString(languageTag, { hour: "2-digit", minute: "2-digit" });
  if (at.toDateString() === new Date().toDateString()) return time;
  return `${at.toLocaleDateString(languageTag, { day: "numeric", month: "long" })}, ${time}`;
}
