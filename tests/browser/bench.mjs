// Runs the bench page, www/bench/dist, in a headless Chromium with WebGPU in software, and prints its
// tables: `cargo xtask bench web` runs this. Its arguments are those of the page's address, e.g.
// `case=32x4 seconds=30`; the environment names the file for the results in BENCH_OUTPUT.
//
// Software WebGPU says nothing about a real GPU's times; its losses and counts of calls are real.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { launch, open } from "./lib/browser.mjs";
import { serve } from "./lib/server.mjs";
import { WWW } from "./lib/www.mjs";

/** A run is at its end when every contestant's time is; this is for a page that hangs. */
const TIMEOUT_MS = 3 * 3_600_000;

const output = process.env.BENCH_OUTPUT;
if (!output) throw new Error("No file is named for the results: run `cargo xtask bench web`.");

const server = await serve({ root: join(WWW, "bench") });
const browser = await launch({ webgpu: true });
try {
  const query = [...process.argv.slice(2), "run"].join("&");
  const { page, problems } = await open(browser, `${server.url}?${query}`);
  const status = page.locator("#status");
  let shown = "";
  const progress = setInterval(async () => {
    // It has no answer while a contestant keeps the page busy.
    const now = await status.textContent().catch(() => null);
    if (now && now !== shown) console.error((shown = now));
  }, 1000);
  const form = page.locator("form[data-state]");
  try {
    await form.waitFor({ timeout: TIMEOUT_MS });
  } finally {
    clearInterval(progress);
  }
  if ((await form.getAttribute("data-state")) === "failed") {
    throw new Error([await status.textContent(), ...problems].join("\n"));
  }
  const [table, json] = await Promise.all(
    ["#copy-markdown", "#copy-json"].map((button) => page.locator(button).getAttribute("value")),
  );
  console.log(table);
  mkdirSync(dirname(output), { recursive: true });
  writeFileSync(output, `${json}\n`);
  for (const problem of problems) console.error(problem);
} finally {
  await browser.close();
  await server.close();
}
