// The npm package: the built site as it is, with the types of its two modules. `npm run build:package`, after the build.
import { execFileSync } from "node:child_process";
import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const WWW = fileURLToPath(new URL("../", import.meta.url));
const PACKAGE = join(WWW, "package");
const REPOSITORY = join(WWW, "..");

const { version } = JSON.parse(await readFile(join(WWW, "package.json"), "utf8"));

await rm(PACKAGE, { recursive: true, force: true });
await cp(join(WWW, "dist"), PACKAGE, { recursive: true });

const tsc = join(WWW, "node_modules/typescript/bin/tsc");
execFileSync(process.execPath, [tsc, "--project", "src/embed/tsconfig.json"], { cwd: WWW, stdio: "inherit" });
// Node's own resolution wants the names of files.
for (const entry of await readdir(join(PACKAGE, "types"), { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  const path = join(entry.parentPath, entry.name);
  const text = await readFile(path, "utf8");
  await writeFile(path, text.replace(/(from |import\()"(\.[^"]*)"/g, '$1"$2.js"'));
}

const module = (name) => ({ types: `./types/embed/${name}.d.ts`, default: `./embed/${name}.js` });
const about = {
  name: "losscope",
  version,
  description: "Small U-Nets trained in the browser under several losses: the page as an element, and its engine",
  license: "MIT OR Apache-2.0",
  type: "module",
  exports: { ".": module("engine"), "./lab": module("lab"), "./package.json": "./package.json", "./*": "./*" },
  sideEffects: ["./embed/lab.js"],
};
await writeFile(join(PACKAGE, "package.json"), `${JSON.stringify(about, null, 2)}\n`);
await cp(join(REPOSITORY, "docs/embed.md"), join(PACKAGE, "README.md"));
for (const name of ["LICENSE-MIT", "LICENSE-APACHE"]) await cp(join(REPOSITORY, name), join(PACKAGE, name));
