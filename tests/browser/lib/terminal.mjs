// The program of the terminal, for what must be the same in the page.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const TARGET = process.env.CARGO_TARGET_DIR ?? join(ROOT, "target");
const BUILT = join(TARGET, "debug", process.platform === "win32" ? "losscope.exe" : "losscope");

/** Runs `losscope …`: the program that the tests of the crates have built, or else one built now. */
export async function losscope(...args) {
  const [program, first] = existsSync(BUILT)
    ? [BUILT, []]
    : ["cargo", ["run", "--quiet", "--package", "losscope-cli", "--"]];
  const { stdout } = await promisify(execFile)(program, [...first, ...args], { cwd: ROOT });
  return stdout;
}
