// What the paper's losses cost on WebGPU as kernels of their own, against the same losses composed of tensor
// operations and differentiated: a table in Markdown. It needs the engine in www/pkg/webgpu, and a browser:
// `CHROMIUM=chromium node tests/browser/loss-kernels.mjs [steps] [side]`.
//
// A loss that is typed as a formula is composed; network, data and optimiser are the same on both sides, so that
// what differs between two steps is the loss. Software WebGPU says nothing of a real GPU's times; its counts of
// calls and bytes are real.
import { launch, open } from "./lib/browser.mjs";
import { servePackage } from "./lib/package.mjs";
import { countCalls } from "./lib/webgpu-calls.mjs";

const [steps = "5", side = "64"] = process.argv.slice(2);

/** 1 − TI with parameters delta and s. */
const MISS = "((delta*fn + (1-delta)*fp)/(tp + delta*fn + (1-delta)*fp + s))";
const Q = "clamp(p, 1e-7, 1-1e-7)";
const SYM_FOCAL = `sum((1-delta)*bg((1-${Q})^gamma*-y*log(${Q})) + delta*sum_classes(fg((1-${Q})^gamma*-y*log(${Q}))))/(B*N)`;
const ASYM_FOCAL = `sum((1-delta)*bg((1-${Q})^gamma*-y*log(${Q})) + delta*sum_classes(fg(-y*log(${Q}))))/(B*N)`;
/** Each loss with its parameters, as the catalogue has it and as a formula. */
const PAIRS = [
  ["ce", {}, "mean(-log(pt))"],
  ["focal", { gamma: 2 }, "mean(-log(pt)*(1-pt)^gamma)"],
  ["dice", {}, "mean(1 - (2*tp + 2e-6)/(2*tp + fn + fp + 2e-6))"],
  ["tversky", { delta: 0.7 }, `mean(${MISS})`, { s: 1e-6 }],
  ["focal_tversky", { delta: 0.7, gamma: 0.75 }, `mean(${MISS}^gamma)`, { s: 1e-6 }],
  [
    "combo",
    { alpha: 0.5, beta: 0.5 },
    `-alpha*(beta*sum(bg(y*log(${Q}))) + (1-beta)*sum(fg(y*log(${Q}))))/(B*N) - (1-alpha)*mean((tp + 1e-6)/(tp + (fn+fp)/2 + 1e-6))`,
  ],
  ["sym_unified_focal", { lambda: 0.5, delta: 0.6, gamma: 0.5 }, `lambda*mean(${MISS}^(1-gamma)) + (1-lambda)*${SYM_FOCAL}`, { s: 1e-7 }],
  [
    "asym_unified_focal",
    { lambda: 0.5, delta: 0.6, gamma: 0.5 },
    `lambda*sum(bg(${MISS}) + sum_classes(fg(${MISS}^(1-gamma))))/(B*K) + (1-lambda)*${ASYM_FOCAL}`,
    { s: 1e-7 },
  ],
];

/** In the page: medians over the steps of one loss. */
async function measure({ loss, steps, side }) {
  const counts = globalThis.calls;
  if (globalThis.engine === undefined) {
    const module = await import("/losscope_web.js");
    await module.default();
    globalThis.engine = await module.Engine.create("webgpu");
  }
  const experiment = {
    data: { source: "synthetic", family: "polyp", size: side, count: 24 },
    network: { base_channels: 4, depth: 1 },
    training: { batch_size: 8, steps: 1000, evaluate_every: 1000 },
    losses: [loss],
  };
  const before = { ...counts };
  await engine.configure(experiment);
  // Shaders are compiled and buffers made in the first; the first and every fifth report norms as well.
  const all = [];
  for (let step = 1; step <= steps + 6; step += 1) {
    const start = { ...counts };
    const time = performance.now();
    const [report] = await engine.step(1);
    const ms = performance.now() - time;
    const made = Object.fromEntries(Object.entries(counts).map(([name, value]) => [name, value - start[name]]));
    if (step > 3 && step % 5 !== 0) all.push({ ms, loss: report.loss, ...made });
  }
  const median = (name) => all.map((one) => one[name]).sort((a, b) => a - b)[Math.floor(all.length / 2)];
  return {
    ms: median("ms"),
    dispatches: median("dispatches"),
    submits: median("submits"),
    buffers: median("buffers"),
    loss: all[0].loss,
    adapter: engine.info().adapter,
    // Everything that network and loss hold on to from here on.
    bytes: counts.bytes - before.bytes,
  };
}

const server = await servePackage("webgpu");
const browser = await launch({ webgpu: true });
try {
  console.log(`| loss | dispatches a step, composed | with kernels | ms, composed | with kernels | MB of new buffers, composed | with kernels | losses apart |`);
  console.log("|---|--:|--:|--:|--:|--:|--:|--:|");
  let adapter = "";
  for (const [kind, parameters, formula, more = {}] of PAIRS) {
    const sides = [
      { kind: "formula", formula, parameters: { ...parameters, ...more } },
      { kind, ...parameters },
    ];
    const costs = [];
    for (const loss of sides) {
      // A page of its own for each: buffers that one has freed are not the other's.
      const { page, problems, close } = await open(browser, server.url);
      await page.evaluate(countCalls);
      costs.push(await page.evaluate(measure, { loss, steps: Number(steps), side: Number(side) }));
      if (problems.length > 0) throw new Error(problems.join("\n"));
      await close();
    }
    const [composed, kernels] = costs;
    adapter = composed.adapter;
    const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
    const apart = Math.abs(composed.loss - kernels.loss).toExponential(0);
    console.log(
      `| \`${kind}\` | ${composed.dispatches} | ${kernels.dispatches} | ${composed.ms.toFixed(0)} | ${kernels.ms.toFixed(0)} | ${megabytes(composed.bytes)} | ${megabytes(kernels.bytes)} | ${apart} |`,
    );
  }
  console.log(`\nAdapter: ${adapter}`);
} finally {
  await browser.close();
  server.close();
}
