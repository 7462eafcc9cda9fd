// Real images that lie beside the repository on some machines.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const FOLDER = process.env.LOSSCOPE_DATA ?? fileURLToPath(new URL("../../../../shared/data/", import.meta.url));

/** Where a set of real images is, or null where it is not: a test that needs it is skipped then. */
export function realImages(name) {
  const folder = join(FOLDER, name);
  try {
    return statSync(join(folder, "images")).isDirectory() ? folder : null;
  } catch {
    return null;
  }
}

/** The first `count` pairs of a set, as files for a file chooser: `000.png`, `000_mask.png`, … */
export function realPairs(folder, count) {
  const names = readdirSync(join(folder, "images")).sort().slice(0, count);
  return names.flatMap((name) => {
    const stem = name.replace(/\.[^.]+$/, "");
    return [
      { name, mimeType: "image/png", buffer: readFileSync(join(folder, "images", name)) },
      { name: `${stem}_mask.png`, mimeType: "image/png", buffer: readFileSync(join(folder, "masks", `${stem}.png`)) },
    ];
  });
}
