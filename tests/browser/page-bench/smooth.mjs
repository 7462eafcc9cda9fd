// Whether the page answers while eight lanes train: tasks of its thread that take over 50 ms, as the browser
// itself records them, and how long Pause takes to be heard.
import { setTimeout as sleep } from "node:timers/promises";

import { launch, open } from "../lib/browser.mjs";
import { address } from "../lib/experiment.mjs";
import { engineBackend, play, waitForStep } from "../lib/page.mjs";
import { EIGHT_LANES } from "./eight-lanes.mjs";
import { markdownTable, median } from "./numbers.mjs";

const SECONDS = 60;
const PAUSES = 12;

/** Before the page's own scripts: records long tasks, and when the worker says that it has stopped. */
function record() {
  window.longTasks = [];
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) window.longTasks.push({ startTime, duration });
  }).observe({ type: "longtask", buffered: true });
  const Native = window.Worker;
  window.Worker = class extends Native {
    constructor(...options) {
      super(...options);
      this.addEventListener("message", ({ data }) => {
        if (data.type === "transport" && !data.running) window.stoppedAt = performance.now();
      });
    }
  };
}

export async function measureSmoothness(url) {
  const browser = await launch({ webgpu: false });
  try {
    const { page, close } = await open(browser, "about:blank");
    await page.addInitScript(record);
    await page.goto(address(url, EIGHT_LANES, "cpu"));
    await engineBackend(page);
    await play(page);
    await waitForStep(page, 2);
    const from = await page.evaluate(() => performance.now());
    const firstStep = await waitForStep(page, 2);
    await sleep(1000 * SECONDS);
    const steps = (await waitForStep(page, 2)) - firstStep;
    const tasks = (await page.evaluate(() => window.longTasks)).filter(({ startTime }) => startTime >= from);
    const atStart = (await page.evaluate(() => window.longTasks)).filter(({ startTime }) => startTime < from);

    const latencies = [];
    for (let i = 0; i < PAUSES; i += 1) {
      await sleep(400 + Math.random() * 1200);
      const clicked = await page.evaluate(() => {
        window.stoppedAt = undefined;
        const button = [...document.querySelectorAll("button")].find(({ innerText }) => innerText.trim() === "Pause");
        button.click();
        return performance.now();
      });
      await page.waitForFunction(() => window.stoppedAt !== undefined, null, { polling: 20 });
      latencies.push((await page.evaluate(() => window.stoppedAt)) - clicked);
      await play(page);
    }
    await close();
    const ms = (value) => Math.round(value);
    const markdown = markdownTable(
      ["eight lanes on the CPU, 64×64, batch 4", `${SECONDS} s, ${steps} steps`],
      [
        ["tasks over 50 ms on the page's thread", tasks.length],
        ["the longest of them, ms", tasks.length === 0 ? "none" : ms(Math.max(...tasks.map(({ duration }) => duration)))],
        ["tasks over 50 ms while it opened", atStart.length],
        [`ms from Pause to the last step's end, median of ${PAUSES}`, ms(median(latencies))],
        ["the longest, ms", ms(Math.max(...latencies))],
      ],
    );
    return { markdown, steps, tasks, atStart, latencies };
  } finally {
    await browser.close();
  }
}
