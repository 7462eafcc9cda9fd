// What using the page is like, in numbers: how soon something learns, whether the page answers while it trains,
// whether memory levels off, and what faults cost. `cargo xtask bench page` runs this in a headless Chromium.
// The environment says which parts (BENCH_PARTS), how often and how long, and names the file for the results.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { measureFaults } from "./page-bench/faults.mjs";
import { measureSmoothness } from "./page-bench/smooth.mjs";
import { measureStart } from "./page-bench/start.mjs";
import { measureMemory } from "./page-bench/steady.mjs";
import { measureThreads } from "./page-bench/threads.mjs";
import { serve } from "./lib/server.mjs";

const { BENCH_OUTPUT: output, BENCH_PARTS: parts = "", BENCH_FAULTS: faults, BENCH_FAULT_NAMES: names = "", BENCH_STEPS: steps } = process.env;
if (!output) throw new Error("No file is named for the results: run `cargo xtask bench page`.");

const PARTS = {
  start: (url) => measureStart(url),
  smooth: (url) => measureSmoothness(url),
  threads: (url) => measureThreads(url),
  steady: (url) => measureMemory(url, Number(steps), output.replace(/json$/, "svg")),
  faults: (url) => measureFaults(url, Number(faults), names.split("|").filter((name) => name !== "")),
};

const server = await serve();
const results = {};
try {
  for (const [name, measure] of Object.entries(PARTS)) {
    if (parts !== "" && !parts.split(",").includes(name)) continue;
    const { markdown, ...numbers } = await measure(server.url);
    results[name] = numbers;
    console.log(`\n${markdown}`);
    // After each part: a long one that fails must not take the others with it.
    mkdirSync(dirname(output), { recursive: true });
    writeFileSync(output, `${JSON.stringify(results, null, 1)}\n`);
  }
} finally {
  await server.close();
}
