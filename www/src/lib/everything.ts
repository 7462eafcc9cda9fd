/** Everything that was measured, as files: one line per lane, split, image and class. */
import type { EngineInfo, Experiment, Loss, Measured, MetricInfo } from "../engine/types";
import { valuesOf } from "./losses";

export interface Named {
  name: string;
  loss: Loss;
  measured: Measured;
}

const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;

/** Comma-separated, with all digits; what is undefined is left empty. */
export function everythingCsv(lanes: Named[], metrics: MetricInfo[]): string {
  const header = [
    "loss_function",
    "parameters",
    "step",
    "split",
    "image",
    "source",
    "class",
    ...metrics.map(({ id }) => id),
  ];
  const lines = lanes.flatMap(({ name, loss, measured }) => {
    const parameters = valuesOf(loss)
      .map(([key, value]) => `${key}=${value}`)
      .join(" ");
    return measured.per_image.flatMap(({ image, values }, at) =>
      measured.classes.map((of, which) => {
        const cells = metrics.map(({ metric }) => {
          const found = values.find((value) => value.metric === metric);
          return String(found?.per_class[which] ?? "");
        });
        const texts = [image, measured.sources[at] ?? "", of].map(quote);
        return [quote(name), quote(parameters), measured.step, measured.split, ...texts, ...cells].join(",");
      }),
    );
  });
  return [header.join(","), ...lines, ""].join("\n");
}

/** The same with the experiment, the means over images and their intervals, and what it was computed on. */
export function everythingJson(lanes: Named[], experiment: Experiment | null, info: EngineInfo | null): string {
  const results = lanes.map(({ name, loss, measured }) => ({ name, loss, ...measured }));
  const losscope = info === null ? null : { version: info.version, backend: info.backend, adapter: info.adapter };
  return `${JSON.stringify({ losscope, experiment, results }, null, 1)}\n`;
}
