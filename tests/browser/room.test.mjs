// Settings for which there is no memory are refused before they start, with the largest that would fit; what is
// under way goes on.
import assert from "node:assert/strict";
import { test } from "node:test";

import { address } from "./lib/experiment.mjs";
import { serveAndLaunch } from "./lib/fixture.mjs";
import { currentStep, engineBackend, play, readResults, waitForStep } from "./lib/page.mjs";

const { url, visit } = serveAndLaunch({ webgpu: false });

/** As many values with a pixel axis as a formula may have: each takes memory for every pixel of the batch. */
const LONG = `mean(${Array(24).fill("log(p)*(1-p)^1.5").join("+")})`;
const EXPERIMENT = {
  data: { source: "synthetic", size: 256, count: 6, foreground: 0.1 },
  network: { base_channels: 4, depth: 1 },
  training: { batch_size: 2, steps: 10_000, evaluate_every: 10_000 },
  losses: [{ kind: "formula", formula: LONG }],
};

test("a batch for which there is no memory is refused, with the largest that fits, and training goes on", { timeout: 180_000 }, async () => {
  const { page, problems, close } = await visit(address(url(), EXPERIMENT));
  assert.equal(await engineBackend(page), "cpu");
  await play(page);
  await waitForStep(page, 1);
  const size = page.getByRole("radiogroup", { name: "Batch size" });
  await size.getByRole("radio", { name: "16", exact: true }).check();
  const refused = page.getByRole("alert").filter({ hasText: "would fit" });
  await refused.waitFor({ timeout: 60_000 });
  const sentence = await refused.innerText();
  const [, needed, room, most] = /would take (\d+) MB, and there is room for (\d+) MB here: a training\.batch_size of at most (\d+)/.exec(sentence);
  assert.ok(Number(needed) > Number(room) && Number(most) >= 2 && Number(most) < 16, sentence);
  console.log(sentence);
  // The settings are those of the run, which was not interrupted.
  assert.ok(await size.getByRole("radio", { name: "2", exact: true }).isChecked());
  const step = await currentStep(page);
  assert.ok(step >= 1);
  await waitForStep(page, step + 1);
  for (const { loss } of await readResults(page)) assert.ok(Number.isFinite(loss));
  assert.deepEqual(problems, []);
  await close();
});
