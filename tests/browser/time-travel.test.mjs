// Earlier steps looked back at, one pixel explained, and one step taken apart.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { violations } from "./lib/axe.mjs";
import { address, TINY } from "./lib/experiment.mjs";
import { serveAndLaunch } from "./lib/fixture.mjs";
import { pause, play, readPictures, readResults, waitForEvaluation, waitForStep } from "./lib/page.mjs";

const { url, visit } = serveAndLaunch({ webgpu: false });

// So many steps that there is time to look back while more are made, and so slow that all of the first are kept then.
const EXPERIMENT = {
  ...TINY,
  data: { ...TINY.data, size: 32 },
  network: { base_channels: 8, depth: 2 },
  training: { batch_size: 4, steps: 100_000, evaluate_every: 50 },
  losses: [{ kind: "ce" }, { kind: "dice" }],
};

/** Presses Step, and waits until every lane has made it and shows its pictures. */
async function step(page, to) {
  await page.getByRole("button", { name: "Step", exact: true }).click();
  await shown(page, to);
}

/** Waits until the pictures of every lane are those of a step. */
async function shown(page, step) {
  await page.waitForFunction((step) => {
    const canvases = [...document.querySelectorAll("[data-testid=lanes] canvas[role=img]")];
    return canvases.length === 8 && canvases.every((canvas) => new RegExp(`step ${step}\\b`).test(canvas.ariaLabel));
  }, step);
  // They are drawn a few in each frame.
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 200)))));
}

async function moment(page) {
  return page.getByTestId("moment").innerText();
}

async function look(page, position) {
  await page.getByRole("slider", { name: "Moment shown" }).fill(String(position));
}

const same = (a, b) => a.every(({ rgba }, index) => rgba.equals(b[index].rgba));

test("an earlier step shows the very pictures and numbers of then, while training goes on or not", { timeout: 240_000 }, async () => {
  const { page, problems, close } = await visit(address(url(), EXPERIMENT));
  await waitForEvaluation(page, 0);
  for (const at of [1, 2, 3]) await step(page, at);
  const then = await readPictures(page, 2);
  const lossThen = await page.locator("article").first().locator("dd").nth(2).innerText();
  for (const at of [4, 5, 6, 7]) await step(page, at);
  const now = await readPictures(page, 2);
  assert.ok(!same(then, now));
  assert.equal(await moment(page), "Now, step 7");

  await look(page, 3);
  assert.equal(await moment(page), "Step 3 of 7");
  await shown(page, 3);
  assert.ok(same(await readPictures(page, 2), then), "the pictures of step 3");
  assert.equal(await page.locator("article").first().locator("dd").nth(2).innerText(), lossThen);

  // Two moments beside each other.
  await page.getByRole("button", { name: "Mark", exact: true }).click();
  await look(page, 6);
  await page.getByRole("button", { name: "Mark", exact: true }).click();
  const rows = await page.getByTestId("moments").locator("tbody tr").allInnerTexts();
  assert.equal(rows.length, 2);
  assert.ok(rows[0].includes(`${lossThen} →`), rows[0]);
  await page.getByRole("radio", { name: "A: step 3" }).check();
  await shown(page, 3);

  await page.getByRole("button", { name: "Back to now" }).click();
  await shown(page, 7);
  assert.ok(same(await readPictures(page, 2), now), "the pictures of the present");

  // Training goes on behind a look back, and Play comes back to the present.
  await play(page);
  await waitForStep(page, 12);
  await look(page, 3);
  await shown(page, 3);
  const reached = Number(/of (\d+)/.exec(await moment(page))[1]);
  await page.waitForFunction((reached) => Number(/of (\d+)/.exec(document.querySelector("[data-testid=moment]").innerText)[1]) > reached + 3, reached);
  assert.ok(same(await readPictures(page, 2), then), "the pictures of step 3 while training goes on");
  await pause(page);
  await play(page);
  await page.waitForFunction(() => /^Now/.test(document.querySelector("[data-testid=moment]").innerText));
  await pause(page);

  // Nothing of the past is left after a reset.
  await page.getByRole("button", { name: "Reset", exact: true }).click();
  await page.waitForFunction(() => document.querySelector("[data-testid=moment]").innerText === "Now, step 0");
  await page.waitForFunction(() => document.querySelector("input[aria-label='Moment shown']").disabled);
  assert.deepEqual(problems, []);
  await close();
});

test("a pixel says what each loss makes of it", { timeout: 240_000 }, async () => {
  const { page, problems, close } = await visit(address(url(), EXPERIMENT));
  await waitForEvaluation(page, 0);
  for (const at of [1, 2]) await step(page, at);
  const size = EXPERIMENT.data.size;
  const canvas = page.getByTestId("lanes").locator("canvas[role=img]").nth(3);
  await canvas.scrollIntoViewIfNeeded();
  const box = await canvas.boundingBox();
  await canvas.click({ position: { x: (5.5 / size) * box.width, y: (9.5 / size) * box.height } });
  const bar = page.getByTestId("pixel");
  const read = async () =>
    page.getByTestId("pixel-numbers").evaluateAll((all) =>
      all.map((element) => ({
        values: [...element.querySelectorAll("[data-value]")].map(({ dataset }) => Number(dataset.value)),
        rank: Number(element.querySelector("[data-rank]")?.dataset.rank),
        text: element.innerText,
      })),
    );
  await page.getByText("This pixel is").waitFor();
  assert.equal(await bar.getByLabel("Row").inputValue(), "10");
  assert.equal(await bar.getByLabel("Column").inputValue(), "6");
  const label = Number(/y = (\d)/.exec(await bar.innerText())[1]);
  const [entropy, dice] = await read();
  // dL/dz of cross entropy is (p − y) / N.
  const [p, slope] = entropy.values;
  assert.ok(Math.abs(slope - (p - label) / size ** 2) < 1e-8, `${entropy.values}, y = ${label}`);
  assert.ok(entropy.rank >= 1 && entropy.rank <= size ** 2);
  assert.match(entropy.text, /−ln/);
  assert.match(dice.text, /All of foreground/);

  // Other pictures, other numbers.
  await step(page, 3);
  const changed = (old) =>
    page.waitForFunction((old) => Number(document.querySelector("[data-testid=pixel-numbers] [data-value]")?.dataset.value) !== old, old);
  await changed(p);
  const [later] = await read();
  // By keys, too.
  await bar.getByLabel("Row").fill("1");
  await bar.getByLabel("Row").press("Enter");
  await changed(later.values[0]);
  await bar.getByRole("button", { name: "Close" }).click();
  assert.equal(await page.getByTestId("pixel-numbers").count(), 0);
  assert.deepEqual(problems, []);
  await close();
});

test("a lane's weights are handed out as a file", { timeout: 240_000 }, async () => {
  const { page, problems, close } = await visit(address(url(), EXPERIMENT));
  await waitForEvaluation(page, 0);
  await step(page, 1);
  const waiting = page.waitForEvent("download");
  await page.getByRole("button", { name: "Weights of Dice" }).click();
  const file = await waiting;
  assert.equal(file.suggestedFilename(), "losscope-dice-step1.safetensors");
  const bytes = await readFile(await file.path());
  const header = JSON.parse(bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE())).toString());
  const about = JSON.parse(header.__metadata__.losscope);
  assert.deepEqual([about.loss.kind, about.step, about.network.depth, about.classes.length], ["dice", 1, 2, 2]);
  assert.deepEqual(header["encoder.0.first.weight"].shape, [8, about.channels, 3, 3]);
  assert.deepEqual(problems, []);
  await close();
});

test("a step is what was said of it before it was taken", { timeout: 240_000 }, async () => {
  const { page, problems, close } = await visit(address(url(), EXPERIMENT));
  await waitForEvaluation(page, 0);
  for (const at of [1, 2]) await step(page, at);
  await page.getByRole("button", { name: "Take the next step apart" }).click();
  const panel = page.getByTestId("step-panel");
  await panel.getByText(/^Step 3\. /).waitFor();
  await panel.getByRole("button", { name: "Next stage" }).click();
  const numbers = async (testId) => {
    await panel.getByTestId(testId).nth(1).waitFor();
    return panel.getByTestId(testId).evaluateAll((all) => all.map(({ dataset }) => Number(dataset.value)));
  };
  const before = await numbers("batch-loss");
  await panel.getByRole("button", { name: "Next stage" }).click();
  assert.match(await panel.getByTestId("angle").first().innerText(), /^\d+°$/);
  assert.deepEqual(await violations(page), []);
  await panel.getByRole("button", { name: "Next stage" }).click();
  const after = await numbers("batch-loss-after");
  assert.ok(after.every((value, lane) => value !== before[lane]), `${before} and ${after}`);

  await panel.getByRole("button", { name: "Take this step" }).click();
  await shown(page, 3);
  const taken = (await readResults(page)).map(({ loss }) => loss);
  for (const [lane, loss] of taken.entries()) assert.ok(Math.abs(loss - before[lane]) < 1e-5, `lane ${lane}: ${loss}, not ${before[lane]}`);
  await panel.getByText(/^Step 4\. /).waitFor(); // the next one
  assert.deepEqual(problems, []);
  await close();
});
