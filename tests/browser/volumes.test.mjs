// Volumes and several classes, and data that change while training goes on.
import assert from "node:assert/strict";
import { test } from "node:test";

import { TINY, address } from "./lib/experiment.mjs";
import { serveAndLaunch } from "./lib/fixture.mjs";
import { currentStep, engineBackend, pause, play, readPictures, readResults, waitForEvaluation, waitForStep } from "./lib/page.mjs";

const { url, visit } = serveAndLaunch({ webgpu: false });

const VOLUMES = {
  data: { source: "synthetic", family: "kidney", size: 32, depth: 8, count: 12, multiclass: true, foreground: 0.1 },
  network: { dims: 3, base_channels: 4, depth: 2 },
  optimiser: { learning_rate: 0.01 },
  training: { batch_size: 2, steps: 1000, evaluate_every: 5 },
  losses: [{ kind: "dice" }],
};

test("volumes of two classes are learned, and looked at from three sides", { timeout: 240_000 }, async () => {
  const { page, problems, close } = await visit(address(url(), VOLUMES));
  const start = await waitForEvaluation(page, 0);
  await play(page);
  await waitForStep(page, 40);
  await pause(page);
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
  const step = await currentStep(page);
  const end = await waitForEvaluation(page, step);
  assert.ok(end[0].dice > start[0].dice + 0.1, `Dice went from ${start[0].dice} to ${end[0].dice}`);

  // Dice of the two classes is what their mean is made of (each was in every image, or the mean says so).
  const cells = await page.getByTestId("class-numbers").locator("td").allInnerTexts();
  assert.equal(cells.length, 6);
  const [, , kidney, , tumour] = cells.map((text) => Number.parseFloat(text));
  assert.ok(kidney > 0 && tumour >= 0, cells.join(" | "));

  // Each side has as many slices as the volume is long there, and other pictures.
  const slice = page.getByTestId("slice");
  assert.match(await slice.innerText(), /^Axial slice \d of 8$/);
  const axial = await readPictures(page, 1);
  await page.getByRole("radio", { name: "Coronal" }).check();
  await page.getByText(/^Coronal slice \d+ of 32$/).waitFor();
  await page.waitForFunction((height) => {
    const canvas = document.querySelector("[data-testid=lanes] canvas[role=img]");
    return canvas.height < height;
  }, axial[0].height);
  await page.getByRole("slider", { name: "Slice" }).fill("3");
  await page.getByText("Coronal slice 4 of 32").waitFor();

  // One class alone is more or less probable than both.
  await page.getByRole("radio", { name: "Axial" }).check();
  await page.waitForFunction((height) => document.querySelector("[data-testid=lanes] canvas[role=img]").height === height, axial[0].height);
  await page.getByRole("radio", { name: "tumour", exact: true }).check();
  await page.waitForFunction(() => document.querySelector("[data-testid=lanes] canvas[aria-label^='Probability of tumour']"));
  await page.waitForTimeout(500);
  const tumourOnly = await readPictures(page, 1);
  assert.deepEqual(tumourOnly[0].rgba, axial[0].rgba); // the image with the truth is the same
  assert.notDeepEqual(tumourOnly[2].rgba, axial[2].rgba);
  assert.deepEqual(problems, []);
  await close();
});

test("a volume's run goes on after a reload", { timeout: 240_000 }, async () => {
  const { page, problems, close } = await visit(address(url(), VOLUMES));
  await play(page);
  await waitForStep(page, 3);
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await page.waitForTimeout(6500); // a checkpoint is due every five seconds
  await page.reload();
  await page.getByText("Went on with the run of").first().waitFor();
  assert.ok((await currentStep(page)) >= 3);
  assert.deepEqual(problems, []);
  await close();
});

test("less foreground while lanes go on, and other kinds of data from the start", { timeout: 240_000 }, async () => {
  const { page, problems, close } = await visit(address(url(), { ...TINY, training: { ...TINY.training, steps: 10_000 } }));
  await engineBackend(page);
  await play(page);
  await waitForStep(page, 5);
  const foreground = page.getByRole("slider", { name: "Foreground fraction" });
  await foreground.fill("-2"); // a hundredth, as powers of ten
  await page.getByText("training goes on with new images").waitFor();
  const step = await currentStep(page);
  assert.ok(step >= 5);
  await waitForStep(page, step + 3);
  const actual = Number.parseFloat(await page.getByTestId("actual-foreground").innerText());
  assert.ok(Math.abs(actual - 1) <= 0.1, `asked for 1 %, got ${actual} %`);

  await page.getByText("Augment training images").click();
  await page.getByText("Augmentation changed: every lane starts again").waitFor();
  await waitForStep(page, 2);
  await page.getByRole("slider", { name: "Rotation" }).fill("90");
  await page.getByText("± 90°").waitFor();
  await waitForStep(page, 2);
  for (const row of await readResults(page)) assert.ok(Number.isFinite(row.loss));
  assert.deepEqual(problems, []);
  await close();
});
