/** Figures and tables as files. */
import { t } from "../../i18n/messages";
import { download } from "../../lib/download";
import type { Figure } from "../engine/types";

/** Pixels of a picture for each unit of the drawing, so that it is sharp in print. */
const SCALE = 3;

const TYPES: Record<string, string> = {
  csv: "text/csv",
  json: "application/json",
  md: "text/markdown",
  html: "text/html",
  tex: "application/x-tex",
  svg: "image/svg+xml",
};

/** A file's name out of a study's. */
export function fileName(study: string, rest: string): string {
  const plain = study.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return `${plain.replace(/^-|-$/g, "") || "study"}-${rest}`;
}

export function save(content: BlobPart, name: string): void {
  const type = TYPES[name.slice(name.lastIndexOf(".") + 1)] ?? "application/octet-stream";
  download(new Blob([content], { type: `${type};charset=utf-8` }), name);
}

/** A drawing as a PNG. */
export async function png({ svg }: Figure): Promise<Blob> {
  const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth * SCALE;
    canvas.height = image.naturalHeight * SCALE;
    const context = canvas.getContext("2d");
    if (context === null) throw new Error(t("studies.figure.undrawn"));
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => {
        if (blob === null) reject(new Error(t("studies.figure.unwritten")));
        else resolve(blob);
      }, "image/png");
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}
