// Good and bad files, while training goes on.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { SMALL, TINY, address } from "./lib/experiment.mjs";
import { realImages, realPairs } from "./lib/external.mjs";
import { serveAndLaunch } from "./lib/fixture.mjs";
import { balls, discs, greyPng, pngClaiming, zip } from "./lib/images.mjs";
import { currentStep, engineBackend, importFiles, play, readResults, trainOnImport, waitForEvaluation, waitForStep } from "./lib/page.mjs";

const { url, visit } = serveAndLaunch({ webgpu: false });

const ENDLESS = { ...TINY, training: { ...TINY.training, steps: 100_000 } };

test("images of one's own are paired, shown and trained on", { timeout: 180_000 }, async () => {
  const { page, problems, close } = await visit(address(url(), { ...TINY, network: { base_channels: 8, depth: 2 }, optimiser: { learning_rate: 0.003 } }));
  await engineBackend(page);
  await importFiles(page, discs(12));
  await page.getByTestId("import-preview").getByText("12 pairs").waitFor();
  await trainOnImport(page);
  const start = await waitForEvaluation(page, 0);
  await play(page);
  await waitForStep(page, 60, { timeout: 120_000 });
  const end = await waitForEvaluation(page, 60);
  assert.ok(end[1].dice > start[1].dice + 0.2, `Dice went from ${start[1].dice} to ${end[1].dice}`);
  assert.deepEqual(problems, []);
  await close();
});

test("volumes are cut into slices and trained on", { timeout: 180_000 }, async () => {
  const { page, problems, close } = await visit(address(url(), { ...TINY, network: { base_channels: 8, depth: 2 }, optimiser: { learning_rate: 0.003 } }));
  await engineBackend(page);
  await importFiles(page, balls(6), { size: "32" });
  await page.getByTestId("import-preview").getByText("6 pairs").waitFor();
  const classes = await page.getByTestId("import-classes").innerText();
  assert.match(classes, /1 in 6/); // the value 1 is in all six masks
  await trainOnImport(page);
  const start = await waitForEvaluation(page, 0);
  await play(page);
  await waitForStep(page, 60, { timeout: 120_000 });
  const end = await waitForEvaluation(page, 60);
  assert.ok(end[1].dice > start[1].dice + 0.2, `Dice went from ${start[1].dice} to ${end[1].dice}`);
  assert.deepEqual(problems, []);
  await close();
});

test("a set survives a reload, until it is deleted", { timeout: 180_000 }, async () => {
  const { page, problems, close } = await visit(address(url(), TINY));
  await engineBackend(page);
  const sets = page.getByTestId("imported-set");
  for (const files of [discs(6), discs(4)]) {
    await importFiles(page, [{ name: "round things.zip", mimeType: "application/zip", buffer: zip(files) }]);
    await page.getByTestId("import-preview").getByText(`${files.length / 2} pairs`).waitFor();
    await page.getByTestId("import-preview").getByText("kept in this browser").waitFor();
  }
  await page.reload();
  await engineBackend(page);
  assert.equal(await sets.count(), 2);
  assert.match(await sets.nth(0).innerText(), /round things\s+6 images, \d+\skB/);

  // It is what it was: training on it works without its files …
  await sets.nth(0).getByRole("radio").check();
  await page.getByText("every lane starts again").first().waitFor();
  await play(page);
  await waitForStep(page, 4);
  assert.equal(await sets.nth(0).getByRole("button").count(), 0); // … and it cannot be deleted meanwhile.

  await sets.nth(1).getByRole("button", { name: "Delete round things (2)" }).click();
  await sets.nth(1).getByRole("button", { name: "Really delete round things (2)" }).click();
  await sets.nth(1).waitFor({ state: "detached" });
  await page.reload();
  await engineBackend(page);
  assert.equal(await sets.count(), 1);
  assert.deepEqual(problems, []);
  await close();
});

test("an import is cancelled in the middle, and another one follows", { timeout: 180_000 }, async () => {
  const { page, problems, close } = await visit(address(url(), ENDLESS));
  await play(page);
  await waitForStep(page, 2);
  const panel = page.getByTestId("import-panel");
  await importFiles(page, balls(60, 96, 24));
  await panel.getByText(/^Pairing and decoding/).waitFor();
  assert.equal(page.workers().length, 2);
  await panel.getByRole("button", { name: "Cancel" }).click();
  await panel.getByRole("progressbar").waitFor({ state: "detached" });
  assert.equal(await page.getByTestId("import-preview").count(), 0);
  assert.equal(await page.getByTestId("imported-set").count(), 0);
  // Only the engine's worker is left, and it trains.
  while (page.workers().length > 1) await sleep(50);
  const before = await currentStep(page);
  await waitForStep(page, before + 2);
  await importFiles(page, discs(4));
  await page.getByTestId("import-preview").getByText("4 pairs").waitFor();
  assert.deepEqual(problems, []);
  await close();
});

test("real images are learned", { timeout: 300_000 }, async (t) => {
  const folder = realImages("dsb2018_nuclei");
  if (folder === null) return t.skip("skipped: the real images are not here");
  const experiment = { ...SMALL, data: TINY.data, training: { batch_size: 4, steps: 60, evaluate_every: 20 } };
  const { page, problems, close } = await visit(address(url(), experiment));
  await engineBackend(page);
  await importFiles(page, realPairs(folder, 60), { size: "32" });
  await trainOnImport(page);
  const start = await waitForEvaluation(page, 0);
  await play(page);
  await waitForStep(page, 60, { timeout: 240_000 });
  const end = await waitForEvaluation(page, 60);
  console.log("Dice before and after 60 steps:", start.map((row, i) => [row.dice, end[i].dice]));
  for (const [i, row] of end.entries()) {
    assert.ok(row.dice > start[i].dice + 0.2, `Dice of row ${i} went from ${start[i].dice} to ${row.dice}`);
  }
  assert.deepEqual(problems, []);
  await close();
});

test("bad files end in sentences, and training goes on", { timeout: 180_000 }, async () => {
  const { page, problems, close } = await visit(address(url(), ENDLESS));
  await play(page);
  await waitForStep(page, 2);
  const png = (name, buffer) => ({ name, mimeType: "image/png", buffer });
  const archive = zip(discs(4));
  const grey = (side) => greyPng(side, side, (x) => x);
  const bad = [
    png("text.png", Buffer.from("this is no picture\n")),
    png("text_mask.png", grey(8)),
    png("other-size.png", grey(40)),
    png("other-size_mask.png", grey(30)),
    png("alone.png", grey(40)),
    png("huge.png", pngClaiming(30_000, 30_000)),
    png("huge_mask.png", pngClaiming(30_000, 30_000)),
    { name: "half.zip", mimeType: "application/zip", buffer: archive.subarray(0, archive.length / 2) },
    { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("hello") },
  ];
  const expected = [/text\.png/, /30×30.*40×40/, /alone\.png/, /30000×30000/, /half\.zip/, /notes\.txt/];

  // Beside good pairs, in a whole archive, each is left out with its reason …
  await importFiles(page, [...bad, { name: "whole.zip", mimeType: "application/zip", buffer: archive }]);
  await page.getByTestId("import-preview").getByText("4 pairs").waitFor();
  const reasons = await page.getByTestId("import-rejected").innerText();
  for (const pattern of expected) assert.match(reasons, pattern);
  const before = await currentStep(page);
  await waitForStep(page, before + 2);

  // … and by themselves they make no set, but change nothing either.
  await importFiles(page, bad);
  await page.getByTestId("import-panel").getByRole("alert").waitFor();
  const sentence = await page.getByTestId("import-panel").getByRole("alert").innerText();
  assert.match(sentence, /half\.zip/);
  const later = await currentStep(page);
  await waitForStep(page, later + 2);
  for (const row of await readResults(page)) assert.ok(Number.isFinite(row.loss));
  assert.deepEqual(problems, []);
  await close();
});
