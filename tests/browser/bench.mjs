// How long a training step takes in the page, on each backend: `cargo xtask bench` runs this.
//
// One step is one update of every lane of the default experiment, with the pictures and
// evaluations that the page makes meanwhile. WebGPU runs in software here, so its time says
// nothing about a real GPU; it is of use for comparing one version of the engine with the next.
import { launch, open } from "./lib/browser.mjs";
import { currentStep, engineBackend, play, waitForStep } from "./lib/page.mjs";
import { serve } from "./lib/server.mjs";

/** Steps left out at the start: the first compiles the shaders. */
const WARM_UP = 2;
/** At least this long, and one step. */
const MEASURE_MS = 20_000;
/** A step of WebGPU in software may take half a minute. */
const TIMEOUT_MS = 300_000;

async function measure(url, backend) {
  const browser = await launch({ webgpu: backend === "webgpu" });
  try {
    const { page } = await open(browser, `${url}?backend=${backend}`);
    const real = await engineBackend(page);
    if (real !== backend) throw new Error(`The page runs on ${real}, not on ${backend}.`);
    await play(page);
    const first = await waitForStep(page, WARM_UP, { timeout: TIMEOUT_MS });
    const started = performance.now();
    await page.waitForTimeout(MEASURE_MS);
    // Ends at the moment a step appears, not in the middle of one.
    const last = await waitForStep(page, (await currentStep(page)) + 1, { timeout: TIMEOUT_MS });
    return { steps: last - first, milliseconds: performance.now() - started };
  } finally {
    await browser.close();
  }
}

const server = await serve();
try {
  for (const backend of ["cpu", "webgpu"]) {
    const { steps, milliseconds } = await measure(server.url, backend);
    console.log(`${backend}: ${(milliseconds / steps).toFixed(0)} ms a step (${steps} steps)`);
  }
} finally {
  await server.close();
}
