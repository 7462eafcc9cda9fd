// A loss typed into a lane: checked while it is typed, trained with, and shared in an address.
import assert from "node:assert/strict";
import { test } from "node:test";

import { TINY, address } from "./lib/experiment.mjs";
import { serveAndLaunch } from "./lib/fixture.mjs";
import { engineBackend, pause, play, waitForEvaluation, waitForStep } from "./lib/page.mjs";

const { url, visit } = serveAndLaunch({ webgpu: false });

/** Dice as the built-in one has it, with its smoothing as a parameter. */
const DICE = "mean(1 - (2*tp + 2*s)/(2*tp + fn + fp + 2*s))";
const NUMBERS = ["step", "loss", "dice", "iou", "precision", "recall", "gradient_share"];

const boxOf = (page, lane) => page.getByRole("textbox", { name: `Formula, lane ${lane}`, exact: true });

/** Waits until the page has an opinion of the text: what it says is described by the box. */
async function saysOf(box, pattern) {
  await box.page().waitForFunction(
    ([element, source]) => {
      const says = document.getElementById(element.getAttribute("aria-describedby"));
      return new RegExp(source).test(says.textContent);
    },
    [await box.elementHandle(), pattern.source],
  );
}

/** The built-in one has kernels, the typed one is composed: they round differently, by a unit in the last place. */
function assertAlike(a, b) {
  for (const key of NUMBERS) {
    if (a[key] === null || b[key] === null) assert.equal(a[key], b[key], key);
    else assert.ok(Math.abs(a[key] - b[key]) <= 2e-6 * Math.abs(b[key]), `${key}: ${a[key]} and ${b[key]}`);
  }
}

test("a typed Dice trains as the built-in one", { timeout: 180_000 }, async () => {
  const losses = [{ kind: "dice" }, { kind: "ce" }];
  const training = { ...TINY.training, steps: 40 };
  const { page, problems, close } = await visit(address(url(), { ...TINY, training, losses }));
  await engineBackend(page);
  await page.getByLabel("Loss of lane 2").selectOption("formula");
  const box = boxOf(page, 2);
  await box.waitFor();
  await page.getByRole("button", { name: "Step", exact: true }).click();
  await waitForStep(page, 1);
  await box.fill(DICE);
  await saysOf(box, /Enter/);
  assert.equal(await box.getAttribute("aria-invalid"), "false");
  await box.press("Enter");
  await page.getByText("Restarted from the common start at step 0").first().waitFor();
  await page.getByRole("slider", { name: "s, lane 2" }).waitFor();
  await page.getByRole("button", { name: "Reset", exact: true }).click();
  await page.waitForFunction(() => [...document.querySelectorAll("[data-testid=results] [data-key=step]")].every((cell) => cell.dataset.value === "0"));
  await play(page);
  await waitForStep(page, 40);
  const [builtIn, typed] = await waitForEvaluation(page, 40);
  console.log("Built-in and typed Dice after 40 steps:", builtIn, typed);
  assertAlike(typed, builtIn);
  assert.deepEqual(problems, []);
  await close();
});

test("a wrong formula is explained and changes nothing", { timeout: 120_000 }, async () => {
  const losses = [{ kind: "formula", formula: "mean((1-pt)^gamma)", parameters: { gamma: 1.5 } }];
  const training = { ...TINY.training, steps: 5000 };
  const { page, problems, close } = await visit(address(url(), { ...TINY, training, losses }));
  await engineBackend(page);
  const box = boxOf(page, 1);
  assert.equal(await box.inputValue(), losses[0].formula);
  await play(page);
  await waitForStep(page, 5);
  await box.fill("meen((1-pt)^gamma)");
  await saysOf(box, /Did you mean mean\?/);
  assert.equal(await box.getAttribute("aria-invalid"), "true");
  assert.equal(await page.locator(".box mark").textContent(), "meen");
  await box.press("Enter");
  const step = await waitForStep(page, 8);
  await waitForStep(page, step + 10);
  assert.equal(await page.getByText("Restarted from the common start").count(), 0);

  // What is added is a parameter with its default; what was there keeps its value.
  await box.fill("mean((1-pt)^gamma) + delta*(1-mean(tp))");
  await saysOf(box, /Enter/);
  await box.press("Enter");
  await page.getByText("Restarted from the common start at step 0").first().waitFor();
  assert.equal(await page.getByRole("slider", { name: "gamma, lane 1" }).getAttribute("aria-valuetext"), "1.5");
  assert.equal(await page.getByRole("slider", { name: "delta, lane 1" }).getAttribute("aria-valuetext"), "0.7");
  await waitForStep(page, 3);
  await pause(page);

  // Escape takes back what is not applied.
  await box.fill("mean(");
  await saysOf(box, /\S/);
  await box.press("Escape");
  assert.equal(await box.inputValue(), "mean((1-pt)^gamma) + delta*(1-mean(tp))");
  assert.deepEqual(problems, []);
  await close();
});

test("what can be written is listed", { timeout: 60_000 }, async () => {
  const { page, problems, close } = await visit(address(url(), { ...TINY, losses: [{ kind: "formula" }] }));
  await engineBackend(page);
  await page.getByRole("button", { name: "What can I write?" }).click();
  const list = page.getByRole("region", { name: "What a formula can be written with" });
  await list.getByText("mean_classes(", { exact: false }).first().waitFor();
  await list.press("Escape");
  await list.waitFor({ state: "hidden" });
  assert.deepEqual(problems, []);
  await close();
});

test("a choice is made by its name", { timeout: 60_000 }, async () => {
  const { page, problems, close } = await visit(address(url(), { ...TINY, losses: [{ kind: "lovasz_softmax" }] }));
  await engineBackend(page);
  const choice = page.getByRole("radiogroup", { name: "classes, lane 1" });
  assert.ok(await choice.getByRole("radio", { name: "present" }).isChecked());
  await choice.getByRole("radio", { name: "all" }).check();
  await play(page);
  await waitForStep(page, 2);
  assert.ok(await choice.getByRole("radio", { name: "all" }).isChecked());
  assert.deepEqual(problems, []);
  await close();
});
