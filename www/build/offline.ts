/** The service worker of the built site: `offline/service-worker.ts` with the list of all files in front. */
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { transformWithOxc, type Plugin } from "vite";

const SOURCE = "offline/service-worker.ts";
const BUILT = "service-worker.js";
/** Older forms of the formulas' fonts: a browser with service workers never asks for them. */
const NEVER_ASKED_FOR = /\.(?:woff|ttf)$/;
/** The start of a file's SHA-256: enough to tell its versions apart. */
const REVISION_LENGTH = 12;

const revision = (bytes: Uint8Array | string) =>
  createHash("sha256").update(bytes).digest("hex").slice(0, REVISION_LENGTH);

/** All files below a folder but the service worker itself, by their paths as addresses have them. */
async function revisions(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const files: Record<string, string> = {};
  for (const path of paths) {
    const address = relative(folder, path).split(sep).join("/");
    if (address !== BUILT && !NEVER_ASKED_FOR.test(address)) files[address] = revision(await readFile(path));
  }
  return files;
}

export function offline(): Plugin {
  let root = "";
  let folder = "";
  return {
    name: "losscope-offline",
    apply: "build",
    configResolved(config) {
      root = config.root;
      folder = join(config.root, config.build.outDir);
    },
    writeBundle: {
      order: "post",
      async handler() {
        const files = await revisions(folder);
        const { code } = await transformWithOxc(await readFile(join(root, SOURCE), "utf8"), SOURCE);
        const list = JSON.stringify(files);
        // Another version where either the files or the worker changed.
        const constants = `const FILES = ${list};\nconst VERSION = "${revision(list + code)}";\n`;
        await writeFile(join(folder, BUILT), constants + code);
      },
    },
  };
}
