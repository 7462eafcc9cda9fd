/** The results as a table: one row per lane, every number in full. */
import type { Lane } from "../state/lane.svelte";
import { valuesOf } from "./losses";

export interface ResultRow {
  lane: Lane;
  name: string;
  step: number;
  loss: number | null;
  dice: number | null;
  iou: number | null;
  precision: number | null;
  recall: number | null;
  gradient_share: number | null;
}

export function resultRow(lane: Lane, name: string): ResultRow {
  const { evaluation } = lane;
  return {
    lane,
    name,
    step: lane.step,
    loss: lane.report?.loss ?? null,
    dice: evaluation?.mean_dice ?? null,
    iou: evaluation?.mean_iou ?? null,
    precision: evaluation?.mean_precision ?? null,
    recall: evaluation?.mean_recall ?? null,
    gradient_share: lane.foregroundShare,
  };
}

const COLUMNS = ["step", "loss", "dice", "iou", "precision", "recall", "gradient_share"] as const;

/** Comma-separated, with all digits; what is undefined is left empty. */
export function resultsCsv(rows: ResultRow[]): string {
  const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const header = ["loss_function", "parameters", "measured_at_step", ...COLUMNS].join(",");
  const lines = rows.map((row) => {
    const parameters = valuesOf(row.lane.loss)
      .map(([key, value]) => `${key}=${value}`)
      .join(" ");
    const cells = [row.lane.evaluation?.step, ...COLUMNS.map((column) => row[column])].map((cell) =>
      String(cell ?? ""),
    );
    return [quote(row.name), quote(parameters), ...cells].join(",");
  });
  return [header, ...lines, ""].join("\n");
}
