// Whether memory levels off over a long run with evaluations and pictures, and what Reset gives back.
import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import { launch, open } from "../lib/browser.mjs";
import { address } from "../lib/experiment.mjs";
import { currentStep, engineBackend, play } from "../lib/page.mjs";
import { markdownTable } from "./numbers.mjs";

const SAMPLES = 50;

/** Megabytes of the page's heap, after a collection, and of the engine. */
async function memory(page, devtools) {
  await devtools.send("HeapProfiler.collectGarbage");
  const { usedSize } = await devtools.send("Runtime.getHeapUsage");
  const engine = Number(await page.getByTestId("memory").getAttribute("data-bytes"));
  return { page: usedSize / 1e6, engine: engine / 1e6 };
}

export async function measureMemory(url, steps, picture) {
  const browser = await launch({ webgpu: false });
  const experiment = {
    data: { source: "synthetic", size: 32, count: 48, foreground: 0.05 },
    network: { base_channels: 4, depth: 2 },
    training: { batch_size: 4, steps, evaluate_every: 20 },
  };
  try {
    const { page, close } = await open(browser, address(url, experiment, "cpu"));
    await engineBackend(page);
    const devtools = await page.context().newCDPSession(page);
    await page.getByRole("button", { name: "CPU" }).first().click();
    await page.getByTestId("memory").waitFor();
    const samples = [{ step: 0, ...(await memory(page, devtools)) }];
    await play(page);
    for (let sample = 1; sample <= SAMPLES; sample += 1) {
      const due = Math.round((sample * steps) / SAMPLES);
      while ((await currentStep(page)) < due) await sleep(250);
      samples.push({ step: await currentStep(page), ...(await memory(page, devtools)) });
    }
    await page.getByRole("button", { name: "Reset" }).click();
    await sleep(3000);
    const reset = await memory(page, devtools);
    await close();
    writeFileSync(picture, graph(samples));
    const last = samples.at(-1);
    const middle = samples[Math.floor(SAMPLES / 2)];
    const row = (name, { page, engine }) => [name, page.toFixed(1), engine.toFixed(1)];
    const markdown = markdownTable(
      [`MB over ${steps.toLocaleString("en-GB")} steps of three lanes`, "page", "engine"],
      [row("before the first step", samples[0]), row("half-way", middle), row("at the end", last), row("after Reset", reset)],
    );
    return { markdown, samples, reset };
  } finally {
    await browser.close();
  }
}

/** Megabytes against steps, as an SVG that reads on light and dark pages. */
function graph(samples) {
  const [width, height, left, bottom, top] = [640, 260, 44, 32, 28];
  const steps = samples.at(-1).step;
  const most = 10 * Math.ceil(Math.max(...samples.flatMap(({ page, engine }) => [page, engine])) / 10);
  const x = (step) => left + ((width - left - 12) * step) / steps;
  const y = (value) => height - bottom - ((height - bottom - top) * value) / most;
  const path = (key) => samples.map((sample) => `${x(sample.step).toFixed(1)},${y(sample[key]).toFixed(1)}`).join(" ");
  const marks = [0, 0.25, 0.5, 0.75, 1];
  const text = (x, y, words, anchor = "middle") => `<text x="${x}" y="${y}" text-anchor="${anchor}">${words}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="#777" role="img">`,
    `<title>Memory of the page and of the engine over ${steps} steps</title>`,
    ...marks.map((share) => `<path d="M${left} ${y(share * most)}H${width - 12}" stroke="#8884"/>`),
    ...marks.map((share) => text(left - 6, y(share * most) + 4, Math.round(share * most), "end")),
    ...marks.map((share) => text(x(share * steps), height - 12, Math.round(share * steps).toLocaleString("en-GB"))),
    `<polyline points="${path("engine")}" fill="none" stroke="#3b6fd4" stroke-width="2"/>`,
    `<polyline points="${path("page")}" fill="none" stroke="#c77700" stroke-width="2" stroke-dasharray="6 3"/>`,
    `<g font-weight="600"><text x="${left}" y="16" fill="#3b6fd4">engine, MB</text><text x="${left + 90}" y="16" fill="#c77700">page (JavaScript), MB, dashed</text></g>`,
    "</svg>",
    "",
  ].join("\n");
}
