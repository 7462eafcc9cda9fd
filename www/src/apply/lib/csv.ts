/** Metrics of every network and image as a file: the columns of `losscope predict --masks`. */
import type { MetricInfo } from "../../engine/types";
import type { Overall } from "../state/apply.svelte";

const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;

/** Comma-separated, with all digits; what is undefined is left empty. */
export function overallCsv(rows: Overall[], metrics: MetricInfo[]): string {
  const header = ["network", "image", "class", ...metrics.map(({ id }) => id)].join(",");
  const lines = rows.flatMap(({ net, values }) =>
    values.flatMap((image) =>
      net.info.classes.map((name, which) => {
        const cells = metrics.map(({ metric }) => {
          const found = image.values.find((value) => value.metric === metric);
          return String(found?.per_class[which] ?? "");
        });
        return [quote(net.name), quote(image.image), quote(name), ...cells].join(",");
      }),
    ),
  );
  return [header, ...lines, ""].join("\n");
}
