// Trained networks on any image: masks come back in its own size, and metrics are those of the training page.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { violations } from "./lib/axe.mjs";
import { TINY, address } from "./lib/experiment.mjs";
import { serveAndLaunch } from "./lib/fixture.mjs";
import { greyPng, zip } from "./lib/images.mjs";
import { engineBackend, readResults, waitForEvaluation, waitForStep } from "./lib/page.mjs";

const { url, visit } = serveAndLaunch({ webgpu: false });

const LOSSES = [{ kind: "ce" }, { kind: "dice" }];

/** Trains two networks for a few steps. */
async function trained(experiment = {}) {
  const opened = await visit(address(url(), { ...TINY, losses: LOSSES, ...experiment }), { acceptDownloads: true });
  await engineBackend(opened.page);
  for (let step = 1; step <= 3; step += 1) {
    await opened.page.getByRole("button", { name: "Step", exact: true }).click();
    await waitForStep(opened.page, step);
  }
  return opened;
}

async function saved(page, press) {
  const [download] = await Promise.all([page.waitForEvent("download"), press()]);
  return readFile(await download.path());
}

/** Columns and rows of a PNG file. */
const sizeOf = (png) => [png.readUInt32BE(16), png.readUInt32BE(20)];

const score = (page, net, key) =>
  page.locator(`[data-testid=scores] tr[data-net="${net}"] td[data-key=${key}]`).getAttribute("data-value");

test("a run's networks are handed over, with images to compare them on", { timeout: 120_000 }, async () => {
  const { page, problems, close } = await trained();
  await waitForEvaluation(page, 3);
  const [tab] = await Promise.all([page.context().waitForEvent("page"), page.getByTestId("apply-run").click()]);
  await tab.getByTestId("cards").locator("canvas").nth(5).waitFor({ timeout: 60_000 });
  assert.equal(await tab.getByTestId("net-list").locator("li").count(), 2);
  const images = tab.getByTestId("image-list").locator("li");
  assert.ok((await images.count()) >= 4);

  // The mean over the run's test images is the one that the training page measures.
  const nets = await tab.getByTestId("net-list").locator(".name").allTextContents();
  const sums = nets.map(() => ({ sum: 0, count: 0 }));
  for (let image = 0; image < (await images.count()); image += 1) {
    await images.nth(image).locator(".pick").click();
    await tab.getByTestId("scores").locator("tbody tr").nth(1).waitFor();
    for (const [at, net] of nets.entries()) {
      const dice = await score(tab, net, "dice");
      if (dice !== "") sums[at] = { sum: sums[at].sum + Number(dice), count: sums[at].count + 1 };
    }
  }
  await page.getByRole("button", { name: "Measure everything" }).click();
  const lanes = page.getByTestId("everything-lanes").locator("tbody tr");
  await lanes.nth(1).waitFor({ timeout: 60_000 });
  for (const [at, { sum, count }] of sums.entries()) {
    const measured = Number(await lanes.nth(at).locator("[data-key=dice]").getAttribute("data-value"));
    assert.ok(Math.abs(sum / count - measured) < 1e-9, `${nets[at]}: ${sum / count} applied, ${measured} measured`);
  }

  // The slider is moved by keys and by the pointer.
  const slider = tab.getByTestId("compare-slider");
  await slider.focus();
  await tab.keyboard.press("ArrowLeft");
  assert.equal(await slider.inputValue(), "49");
  const frame = await tab.locator(".frame").boundingBox();
  await tab.mouse.click(frame.x + frame.width / 4, frame.y + frame.height / 2);
  assert.ok(Math.abs(Number(await slider.inputValue()) - 25) <= 1, await slider.inputValue());
  assert.deepEqual(await violations(tab), []);
  assert.deepEqual(problems, []);
  await close();
});

test("weights and a photo of any size", { timeout: 120_000 }, async () => {
  const run = await trained();
  const weights = await saved(run.page, () => run.page.getByRole("button", { name: /^Weights of/ }).first().click());
  await run.close();

  const { page, problems, close } = await visit(`${url()}apply/`, { acceptDownloads: true });
  assert.deepEqual(await violations(page), [], "empty");
  await page.getByTestId("nets").setInputFiles([{ name: "mine.safetensors", mimeType: "", buffer: weights }]);
  await page.getByTestId("net-list").getByText("mine").waitFor({ timeout: 60_000 });
  const inDisc = (x, y) => Math.hypot(x - 60, y - 40) < 25;
  const png = (value) => greyPng(150, 90, value);
  await page.getByTestId("images").setInputFiles([
    { name: "photo.png", mimeType: "image/png", buffer: png((x, y) => (inDisc(x, y) ? 200 : 90)) },
    { name: "photo_mask.png", mimeType: "image/png", buffer: png((x, y) => (inDisc(x, y) ? 255 : 0)) },
    { name: "other.png", mimeType: "image/png", buffer: png(() => 90) },
    { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("hello") },
  ]);
  await page.getByText(/notes.txt: .* neither an image/).waitFor();
  await page.getByTestId("image-list").getByText("photo.png").click();
  await page.getByText("150 × 90, 2 of 2").waitFor();
  await page.getByTestId("scores").waitFor();
  const mask = await saved(page, () => page.getByRole("button", { name: "PNG of the mask of mine" }).click());
  assert.deepEqual(sizeOf(mask), [150, 90]);
  const probability = await saved(page, () => page.getByRole("button", { name: "PNG of the probabilities of mine" }).click());
  assert.deepEqual(sizeOf(probability), [150, 90]);

  // Given its own mask, a network has found everything.
  await page.getByRole("button", { name: "Remove photo.png" }).click();
  await page.getByText("other.png", { exact: true }).last().waitFor();
  await page.getByRole("button", { name: "PNG of the mask of mine" }).waitFor();
  const own = await saved(page, () => page.getByRole("button", { name: "PNG of the mask of mine" }).click());
  await page.getByTestId("mask").setInputFiles([{ name: "any-name.png", mimeType: "image/png", buffer: own }]);
  await page.getByTestId("scores").waitFor();
  const dice = await score(page, "mine", "dice");
  assert.ok(dice === "1" || dice === "", dice);

  // An archive brings its images with their masks; one of them that is removed does not come back with others.
  const inside = [
    { name: "inside/one.png", buffer: png((x, y) => (inDisc(x, y) ? 200 : 90)) },
    { name: "inside/one_mask.png", buffer: own },
    { name: "inside/two.png", buffer: png(() => 90) },
  ];
  const add = (file) => page.getByTestId("more-images").setInputFiles([{ mimeType: "", ...file }]);
  const names = page.getByTestId("image-list").locator(".name");
  await add({ name: "set.zip", buffer: zip(inside) });
  await page.getByTestId("image-list").getByText("set.zip/inside/one.png").click();
  await page.getByText("150 × 90, 2 of 3").waitFor();
  await page.getByTestId("scores").waitFor();
  await page.getByRole("button", { name: "Remove set.zip/inside/two.png" }).click();
  await add({ name: "third.png", buffer: png(() => 90) });
  await page.getByText("150 × 90, 2 of 3").waitFor();
  assert.deepEqual(await names.allTextContents(), ["other.png", "set.zip/inside/one.png", "third.png"]);
  assert.deepEqual(problems, []);
  await close();
});

test("what cannot be applied is said", { timeout: 120_000 }, async () => {
  const volumes = {
    data: { source: "synthetic", family: "brain", size: 16, depth: 4, count: 6 },
    network: { dims: 3, base_channels: 4, depth: 1 },
  };
  const run = await trained(volumes);
  assert.equal(await run.page.getByTestId("apply-run").count(), 0, "networks for volumes are not handed over");
  const weights = await saved(run.page, () => run.page.getByRole("button", { name: /^Weights of/ }).first().click());
  await run.close();

  const { page, problems, close } = await visit(`${url()}apply/`);
  const text = weights.toString("latin1").replace(/\\"version\\":\\"[^"]*\\"/, (found) => `${found.slice(0, 14)}9${found.slice(15)}`);
  const altered = text.replace('\\"dims\\"', '\\"dimz\\"');
  await page.getByTestId("nets").setInputFiles([
    { name: "volume.safetensors", mimeType: "", buffer: weights },
    { name: "photo.safetensors", mimeType: "", buffer: greyPng(8, 8, () => 1) },
    { name: "later.safetensors", mimeType: "", buffer: Buffer.from(altered, "latin1") },
    { name: "images.zip", mimeType: "", buffer: Buffer.from("PK") },
  ]);
  for (const said of [
    /volume: This network is for volumes of 4×16×16 voxels/,
    /photo: This is no safetensors file/,
    /later: This weights file was written by Losscope 9/,
    /images.zip: There are no images in this archive/,
  ]) {
    await page.getByText(said).waitFor({ timeout: 60_000 });
  }
  assert.deepEqual(problems, []);
  await close();
});

test("training goes on while everything is measured, and what is saved is whole", { timeout: 120_000 }, async () => {
  const { page, problems, close } = await trained({ training: { batch_size: 2, steps: 4000, evaluate_every: 2000 } });
  await waitForEvaluation(page, 3);
  const validation = await readResults(page);
  await page.getByRole("button", { name: "Measure everything" }).click();
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await waitForStep(page, 4);
  const section = page.getByTestId("everything");
  await section.waitFor({ timeout: 60_000 });
  await page.getByRole("button", { name: "Pause", exact: true }).click();
  await section.getByRole("radio", { name: "Validation images" }).check();
  const lanes = page.getByTestId("everything-lanes").locator("tbody tr");
  assert.equal(await lanes.first().locator("td").count(), 20);
  const csv = (await saved(page, () => page.getByRole("button", { name: "CSV of every image" }).click())).toString();
  const [head, ...lines] = csv.trim().split("\n");
  assert.match(head, /^loss_function,parameters,step,split,image,source,class,dice,iou,.*nll_foreground$/);
  const images = await page.getByTestId("everything-images").locator("tbody tr").count();
  assert.ok(images > 0 && lines.length >= 2 * 2 * images, `${lines.length} lines`);
  const json = JSON.parse(await saved(page, () => section.getByRole("button", { name: "JSON" }).click()));
  assert.equal(json.results.length, 4);
  assert.ok(json.experiment.training.steps === 4000 && json.losscope.version !== "");
  const undefinedDice = json.results[0].over_images[0].description.undefined;
  assert.equal(json.results[0].per_image.filter(({ values }) => values[0].per_class[1] === null).length, undefinedDice);
  assert.equal(json.results[0].step, 3, "lanes are measured as they were when it began");
  const measured = Number(await lanes.first().locator("[data-key=dice]").getAttribute("data-value"));
  assert.ok(Math.abs(measured - validation[0].dice) < 1e-9, `${measured}, not ${validation[0].dice}`);
  assert.deepEqual(await violations(page), []);
  assert.deepEqual(problems, []);
  await close();
});

test("augmentation is shown as it is set", { timeout: 120_000 }, async () => {
  const { page, problems, close } = await visit(address(url(), { ...TINY, losses: LOSSES }));
  await engineBackend(page);
  await page.getByText("Augment training images").click();
  const preview = page.getByTestId("augmentation-preview");
  await preview.locator("canvas").nth(5).waitFor();
  const pictures = () => preview.locator("canvas").evaluateAll((all) => all.map((canvas) => canvas.toDataURL()));
  await page.getByLabel("Chance of each change").fill("1");
  await preview.getByText("6 of 6 changed").waitFor();
  const before = await pictures();
  assert.equal(new Set(before).size, 6);
  await page.getByLabel("Rotation", { exact: true }).fill("180");
  await page.waitForFunction(
    (old) => document.querySelector("[data-testid=augmentation-preview] canvas").toDataURL() !== old,
    before[0],
  );
  await preview.getByRole("button", { name: "Next steps" }).click();
  await preview.getByText("as steps 7 to 12").waitFor();
  assert.deepEqual(problems, []);
  await close();
});
