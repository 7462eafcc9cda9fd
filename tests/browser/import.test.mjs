// Good and bad files, while training goes on.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launch, open } from "./lib/browser.mjs";
import { TINY, address } from "./lib/experiment.mjs";
import { realImages, realPairs } from "./lib/external.mjs";
import { discs, greyPng, pngClaiming } from "./lib/images.mjs";
import { currentStep, engineBackend, importFiles, play, readResults, waitForEvaluation, waitForStep } from "./lib/page.mjs";
import { serve } from "./lib/server.mjs";

let server;
let browser;

before(async () => {
  server = await serve();
  browser = await launch({ webgpu: false });
});

after(async () => {
  await browser?.close();
  await server?.close();
});

const ENDLESS = { ...TINY, training: { ...TINY.training, steps: 100_000 } };

test("images of one's own are paired, shown and trained on", { timeout: 180_000 }, async () => {
  const { page, problems, close } = await open(browser, address(server.url, { ...TINY, network: { base_channels: 8, depth: 2 }, optimiser: { learning_rate: 0.003 } }));
  await engineBackend(page);
  await importFiles(page, discs(12));
  await page.getByTestId("import-preview").getByText("12 pairs").waitFor();
  await page.getByRole("button", { name: "Train on these" }).click();
  const start = await waitForEvaluation(page, 0);
  await play(page);
  await waitForStep(page, 60, { timeout: 120_000 });
  const end = await waitForEvaluation(page, 60);
  assert.ok(end[1].dice > start[1].dice + 0.2, `Dice went from ${start[1].dice} to ${end[1].dice}`);
  assert.deepEqual(problems, []);
  await close();
});

test("real images are learned", { timeout: 300_000 }, async (t) => {
  const folder = realImages("polypgen");
  if (folder === null) return t.skip("skipped: the real images are not here");
  const experiment = { network: { base_channels: 8, depth: 3 }, optimiser: { learning_rate: 0.003 }, training: { batch_size: 8, steps: 120, evaluate_every: 40 } };
  const { page, problems, close } = await open(browser, address(server.url, experiment));
  await engineBackend(page);
  await importFiles(page, realPairs(folder, 40), { size: "32" });
  await page.getByRole("button", { name: "Train on these" }).click();
  const start = await waitForEvaluation(page, 0);
  await play(page);
  await waitForStep(page, 120, { timeout: 240_000 });
  const end = await waitForEvaluation(page, 120);
  console.log("Dice before and after 120 steps:", start.map((row, i) => [row.dice, end[i].dice]));
  assert.ok(end.some((row, i) => row.dice > start[i].dice + 0.1), "no lane's Dice rose clearly");
  assert.deepEqual(problems, []);
  await close();
});

test("bad files end in sentences, and training goes on", { timeout: 180_000 }, async () => {
  const { page, problems, close } = await open(browser, address(server.url, ENDLESS));
  await play(page);
  await waitForStep(page, 2);
  const png = (name, buffer) => ({ name, mimeType: "image/png", buffer });
  const grey = (side) => greyPng(side, side, (x) => x);
  const bad = [
    png("text.png", Buffer.from("this is no picture\n")),
    png("text_mask.png", grey(8)),
    png("other-size.png", grey(40)),
    png("other-size_mask.png", grey(30)),
    png("alone.png", grey(40)),
    png("huge.png", pngClaiming(30_000, 30_000)),
    png("huge_mask.png", pngClaiming(30_000, 30_000)),
    { name: "half.zip", mimeType: "application/zip", buffer: Buffer.from("504b0304140000000800", "hex") },
    { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("hello") },
  ];
  const expected = [/text\.png/, /40\s*×\s*40.*30\s*×\s*30/, /alone\.png/, /30[,.\s]?000/, /half\.zip/, /notes\.txt/];

  // Beside good pairs each is left out with its reason …
  await importFiles(page, [...bad, ...discs(4)]);
  await page.getByTestId("import-preview").getByText("4 pairs").waitFor();
  const reasons = await page.getByTestId("import-rejected").innerText();
  for (const pattern of expected) assert.match(reasons, pattern);
  const before = await currentStep(page);
  await waitForStep(page, before + 2);

  // … and by themselves they make no set, but change nothing either.
  await importFiles(page, bad);
  await page.getByTestId("import-panel").getByRole("alert").waitFor();
  const sentence = await page.getByTestId("import-panel").getByRole("alert").innerText();
  assert.match(sentence, /text\.png/);
  const later = await currentStep(page);
  await waitForStep(page, later + 2);
  for (const row of await readResults(page)) assert.ok(Number.isFinite(row.loss));
  assert.deepEqual(problems, []);
  await close();
});
