// The loss bench: its numbers are the mathematics, and its parts do what they say.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { serveAndLaunch } from "./lib/fixture.mjs";
import { resolveFromWww } from "./lib/www.mjs";

const { url, visit } = serveAndLaunch({ webgpu: false });

const axe = await readFile(resolveFromWww("axe-core"), "utf8");
const PARTS = ["pixel", "region", "unified", "paint", "agreement"];

async function violations(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
}

/** Opens the bench, with what its address asks for, and waits for the first curves. */
async function openBench(query = "", options = {}) {
  const opened = await visit(`${url()}losses/${query}`, options);
  await opened.page.locator("[data-testid=pixel-readings] tbody tr:has([data-value])").first().waitFor({ timeout: 60_000 });
  return opened;
}

/** Scrolls to a part; parts far from the screen are not computed. */
async function goTo(page, part) {
  await page.getByTestId(`part-${part}`).scrollIntoViewIfNeeded();
}

/** The numbers, in full, of a table's cells that have some: a list for each row whose numbers are there. */
function readTable(page, testId) {
  return page
    .getByTestId(testId)
    .locator("tbody tr:has([data-value])")
    .evaluateAll((rows) =>
      rows.map((row) => [...row.querySelectorAll("[data-value]")].map(({ dataset }) => (dataset.value ? Number(dataset.value) : null))),
    );
}

/** Waits until `read` gives something that passes `check`, and returns it. */
async function eventually(read, check, what) {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const found = await read();
    if (check(found)) return found;
    if (Date.now() > deadline) throw new Error(`${what}: still ${JSON.stringify(found)} after 30 s.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function near(actual, expected, what) {
  assert.ok(Math.abs(actual - expected) < 1e-9, `${what} is ${actual}, not ${expected}`);
}

test("the curve of one pixel is the textbook's", { timeout: 120_000 }, async () => {
  const { page, problems, close } = await openBench("?losses=ce,focal,dice&at=0.5");
  const readings = () => readTable(page, "pixel-readings");
  const [entropy, focal, dice] = await eventually(readings, (rows) => rows.length === 3, "The readings of three losses");
  near(entropy[0], Math.LN2, "cross entropy of y = 1 at p = 0.5");
  near(entropy[1], -0.5, "its gradient");
  near(entropy[2], Math.LN2, "cross entropy of y = 0 at p = 0.5");
  near(entropy[3], 0.5, "its gradient");
  // (1 − p)² (−log p), and its derivative with respect to the logit.
  near(focal[0], Math.LN2 / 4, "Focal at p = 0.5");
  near(focal[1], -(1 / 8) - Math.LN2 / 4, "its gradient");
  // The mean over both classes of m / (tp + m + s), where m is half of what is missed or falsely found.
  const [m, s] = [0.25, 1e-6];
  near(dice[0], (m / (0.5 + m + s) + m / (m + s)) / 2, "Dice of one pixel");

  // With respect to the probability: −1/p.
  await page.getByRole("radiogroup", { name: "Gradient with respect to" }).getByRole("radio", { name: "Probability p" }).check();
  const [[, slope]] = await readTable(page, "pixel-readings");
  near(slope, -2, "dL/dp of cross entropy at p = 0.5");
  assert.deepEqual(problems, []);
  await close();
});

test("a surface's slopes are those of the formula", { timeout: 120_000 }, async () => {
  const { page, problems, close } = await openBench("?losses=ce&foreground=0.1&fp=0.3&fn=0.4");
  await goTo(page, "region");
  const [[falsePositive, falseNegative]] = await eventually(
    () => readTable(page, "region-readings"),
    (rows) => rows.length === 1 && rows[0].length === 2,
    "The readings at the ring",
  );
  const foreground = 26 / 256;
  near(falsePositive, (1 - foreground) / 0.7, "∂L/∂fp");
  near(falseNegative, foreground / 0.6, "∂L/∂fn");
  assert.deepEqual(problems, []);
  await close();
});

test("a surface reaches a foreground of a thousandth", { timeout: 120_000 }, async () => {
  const { page, problems, close } = await openBench("?losses=ce&foreground=0.001&fp=0.3&fn=0.4");
  await goTo(page, "region");
  const [[, falseNegative]] = await eventually(
    () => readTable(page, "region-readings"),
    (rows) => rows.length === 1 && rows[0].length === 2,
    "The readings at the ring",
  );
  near(falseNegative, 1 / 1024 / 0.6, "∂L/∂fn");
  await page.getByText("1 of 1024 pixels").waitFor();
  assert.deepEqual(problems, []);
  await close();
});

test("landing on a special case lights it up", { timeout: 120_000 }, async () => {
  const { page, problems, close } = await openBench();
  await goTo(page, "unified");
  const lit = () => page.locator("[data-member][aria-current=true]").evaluateAll((all) => all.map(({ dataset }) => dataset.member));
  const landed = (member) => eventually(lit, (found) => found.length === 1 && found[0] === member, `Landing on ${member}`);
  await landed("both-0");

  const set = async (name, value) => {
    const slider = page.getByTestId("part-unified").getByRole("slider", { name: `${name}, Unified Focal` });
    await slider.evaluate((input, value) => {
      input.value = value;
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }, value);
  };
  await set("gamma", 0);
  await landed("both-1"); // Tversky and weighted cross entropy
  await set("delta", 0.5);
  await landed("both-3"); // Dice and cross entropy
  await set("lambda", 1);
  await landed("region-3"); // Dice
  assert.equal(await page.getByTestId("member").innerText(), "Dice");
  await set("lambda", 0);
  await landed("distribution-3"); // cross entropy
  await set("gamma", 0.5);
  await landed("distribution-2"); // Focal

  // A box goes there.
  await page.locator("[data-member=region-0]").click();
  await landed("region-0"); // Focal Tversky
  // The point catches on γ = 0 when it is dragged to the left edge.
  const pad = await page.getByTestId("pad").boundingBox();
  await page.mouse.move(pad.x + pad.width / 2, pad.y + pad.height / 3);
  await page.mouse.down();
  await page.mouse.move(pad.x + 52, pad.y + pad.height / 4, { steps: 4 });
  await page.mouse.up();
  await landed("region-1"); // Tversky
  assert.deepEqual(problems, []);
  await close();
});

test("painting changes values, and readout and table agree", { timeout: 120_000 }, async () => {
  const { page, problems, close } = await openBench();
  await goTo(page, "paint");
  const values = async () => (await readTable(page, "push")).slice(0, 4).map(([value]) => value);
  const before = await eventually(values, (all) => all.length === 4 && all.every((value) => value > 0), "The losses' values");

  const canvas = page.getByTestId("paint");
  await canvas.scrollIntoViewIfNeeded();
  const box = await canvas.boundingBox();
  const at = (column, row) => [box.x + ((column + 0.5) / 32) * box.width, box.y + ((row + 0.5) / 32) * box.height];
  // Over the missed half of the lesion.
  await page.mouse.move(...at(9, 13));
  await page.mouse.down();
  await page.mouse.move(...at(11, 16), { steps: 8 });
  await page.mouse.up();
  const after = await eventually(values, (all) => all.every((value, index) => value < before[index]), "The values after painting");

  const readout = () =>
    page
      .getByTestId("pixel-readout")
      .locator("[data-value]")
      .evaluateAll((all) => all.map(({ dataset }) => Number(dataset.value)));
  const inTable = () => page.locator("[data-testid=push] [data-key=pixel]").evaluateAll((all) => all.map(({ dataset }) => Number(dataset.value)));
  // Both are of the last answer once there is no other on its way.
  const same = ([a, b]) => JSON.stringify(a) === JSON.stringify(b);
  await eventually(async () => [await readout(), await inTable()], same, "The numbers of readout and table");
  assert.match(await page.getByTestId("pixel-readout").innerText(), /Row 17, column 12: p = 0\.950, y = 1/);
  // dL/dz of cross entropy is (p − y) / N.
  near((await readout())[0], (0.95 - 1) / 1024, "cross entropy's slope at the pixel");

  // By keys: one row up, a dab, and back.
  await canvas.focus();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Space");
  await page.keyboard.press("z");
  await page.keyboard.press("z");
  await eventually(values, (all) => all.every((value, index) => value === before[index]), "The values after undoing");
  assert.notDeepEqual(after, before);

  // The painting travels with the address.
  await page.keyboard.press("Space");
  const painted = await eventually(values, (all) => all.some((value, index) => value !== before[index]), "The values after a dab");
  await page.waitForFunction(() => location.search.includes("picture="));
  await page.waitForTimeout(600); // the address follows once the page has come to rest
  await page.reload();
  await goTo(page, "paint");
  const again = await eventually(values, (all) => all.length === 4 && all.every((value) => value > 0), "The values after reloading");
  assert.deepEqual(again, painted);
  assert.deepEqual(problems, []);
  await close();
});

test("every loss of the catalogue is shown on the painted picture", { timeout: 180_000 }, async () => {
  const { page, problems, close } = await openBench("?losses=ce,dice");
  await goTo(page, "paint");
  await page.getByText(/^All \d+ losses on this picture$/).click();
  const all = page.getByTestId("all-losses").locator("[data-value]");
  await page.getByText("Press a name to lay the loss on the bench.").waitFor({ timeout: 60_000 });
  const values = await all.evaluateAll((cells) => cells.map(({ dataset }) => Number(dataset.value)));
  assert.ok(values.length >= 49 && values.every(Number.isFinite), `${values}`);
  const [[entropy]] = await readTable(page, "push");
  assert.equal(values[0], entropy, "cross entropy, small and large");
  // A press on a name lays it on the bench.
  await page.getByRole("button", { name: "Lovász", exact: true }).click();
  await eventually(async () => (await readTable(page, "push")).length, (rows) => rows === 4, "Three losses, and the area");
  assert.deepEqual(problems, []);
  await close();
});

/** A picture of many probabilities, as the address has it, and the gradients of three losses by their textbook formulas. */
function workedOut() {
  const [side, s] = [32, 1e-6];
  const at = [...Array(side * side).keys()];
  const percent = at.map((pixel) => 3 + ((37 * pixel) % 95));
  const y = at.map((pixel) => ((pixel % side) - 12) ** 2 + (Math.floor(pixel / side) - 17) ** 2 < 40);
  const p = percent.map((value) => value / 100);
  const sum = (of) => at.reduce((total, pixel) => total + of(pixel), 0);
  const through = (slope) => at.map((pixel) => slope(pixel) * p[pixel] * (1 - p[pixel]));

  // −log p of the pixel's own class, and (1 − p)² of that, with respect to the foreground's probability.
  const own = (slope) => (pixel) => (y[pixel] ? slope(p[pixel]) : -slope(1 - p[pixel]));
  const entropy = through(own((q) => -1 / q));
  const focal = through(own((q) => 2 * (1 - q) * Math.log(q) - (1 - q) ** 2 / q));
  // m / (tp + m + s) of both classes, which have the same m: half of what is missed or falsely found.
  const m = sum((pixel) => (y[pixel] ? 1 - p[pixel] : p[pixel])) / 2;
  const found = sum((pixel) => (y[pixel] ? p[pixel] : 0));
  const left = sum((pixel) => (y[pixel] ? 0 : 1 - p[pixel]));
  const dice = through((pixel) => {
    const growth = y[pixel] ? -0.5 : 0.5;
    const part = (overlap, more) => (growth * (overlap + m + s) - m * (more + growth)) / (overlap + m + s) ** 2;
    return (part(found, y[pixel] ? 1 : 0) + part(left, y[pixel] ? 0 : -1)) / 2;
  });

  const gradients = [entropy, focal, dice];
  const dot = (a, b) => sum((pixel) => a[pixel] * b[pixel]);
  const cosines = gradients.map((a) => gradients.map((b) => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))));
  return { picture: percent.map((value, pixel) => `${value}${y[pixel] ? "f" : "p"}`).join("-"), cosines };
}

test("the cosines are those of the textbook's gradients", { timeout: 120_000 }, async () => {
  const { picture, cosines } = workedOut();
  const { page, problems, close } = await openBench(`?losses=ce,focal,dice&picture=${picture}`);
  await goTo(page, "agreement");
  const matrix = await eventually(
    () => readTable(page, "cosines"),
    (rows) => rows.length === 3,
    "The cosines",
  );
  for (const [row, found] of matrix.entries()) {
    assert.equal(found.length, 3);
    for (const [column, cosine] of found.entries()) near(cosine, cosines[row][column], `the cosine of ${row} and ${column}`);
    assert.equal(found[row], 1, "with itself");
  }
  assert.ok(cosines[0][2] < 0.99 && cosines[1][2] < 0.99, "losses that are worth telling apart");
  assert.deepEqual(problems, []);
  await close();
});

test("beyond the clip nothing pushes, and a brush gets there", { timeout: 120_000 }, async () => {
  const { page, problems, close } = await openBench("?losses=ce,asym_unified_focal&guess=certain");
  await goTo(page, "paint");
  const rows = await eventually(
    () => readTable(page, "push"),
    (rows) => rows.length === 3 && rows[0].length === 5,
    "Where both push",
  );
  assert.ok(rows[0][1] > 0, "cross entropy pushes foreground");
  assert.ok(rows[1][0] > 0, "Unified Focal sees that it is wrong");
  assert.deepEqual(rows[1].slice(1), [0], "and has no push to take shares of, nor a slope at the pixel");
  await page.getByText(/asymmetric Unified Focal has no gradient left/).waitFor();

  // A pixel that is certain and right is painted certain and wrong.
  const slider = page.getByTestId("part-paint").getByRole("slider", { name: "Probability" });
  await slider.evaluate((input) => {
    input.value = input.max;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
  const canvas = page.getByTestId("paint");
  await canvas.focus();
  for (const key of ["ArrowUp", "ArrowUp", "ArrowUp", "ArrowUp", "Space"]) await page.keyboard.press(key);
  const slopes = () =>
    page.locator("[data-testid=push] [data-key=pixel]").evaluateAll((all) => all.map(({ dataset }) => Number(dataset.value)));
  const [entropy, unified] = await eventually(slopes, ([slope]) => slope > 0.9 / 1024, "Cross entropy's slope at the pixel");
  near(entropy, 1 / 1024, "the slope of cross entropy");
  assert.equal(unified, 0, "that of the clipped loss");
  assert.match(await page.getByTestId("pixel-readout").innerText(), /p = 1 − 1\.0.×.10⁻⁹, y = 0/);
  await page.waitForFunction(() => /picture=[^&]*100p/.test(location.search));
  assert.deepEqual(problems, []);
  await close();
});

test("a landscape never stands under another loss's name", { timeout: 120_000 }, async () => {
  const { page, problems, close } = await openBench("?losses=ce,dice");
  await goTo(page, "region");
  const bands = page.getByTestId("part-region").locator(".surfaces li").first().locator("svg path.band");
  await eventually(() => bands.count(), (count) => count > 4, "The bands of cross entropy");
  // As soon as the page has drawn itself anew, before any answer can have come.
  const left = await page.getByRole("combobox", { name: "Loss 1", exact: true }).evaluate(async (select) => {
    select.value = "mcc";
    select.dispatchEvent(new Event("change", { bubbles: true }));
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    const first = document.querySelector("[data-testid=part-region] .surfaces li");
    return { name: first.querySelector("h3").textContent, bands: first.querySelectorAll("svg path.band").length };
  });
  assert.deepEqual(left, { name: "MCC", bands: 0 });
  await eventually(() => bands.count(), (count) => count > 4, "The bands of the other loss");
  assert.deepEqual(problems, []);
  await close();
});

test("a bench that breaks down is started again by itself", { timeout: 120_000 }, async () => {
  const { page, problems, close } = await openBench("?losses=ce,dice");
  const before = await eventually(() => readTable(page, "pixel-readings"), (rows) => rows.length === 2, "The readings of two losses");
  /** What a trap in the compiled bench comes to. */
  const trap = async () => {
    const [worker] = page.workers();
    const gone = new Promise((resolve) => worker.once("close", resolve));
    await worker.evaluate(() => void setTimeout(() => { throw new WebAssembly.RuntimeError("unreachable"); })).catch(() => undefined);
    await gone;
  };
  await trap();
  await page.getByText(/stopped unexpectedly .* started again/).waitFor();
  await page.getByRole("button", { name: "Dismiss" }).click();
  await page.getByRole("combobox", { name: "Add a loss" }).selectOption("focal");
  const after = await eventually(() => readTable(page, "pixel-readings"), (rows) => rows.length === 3, "The readings with one loss more");
  assert.deepEqual(after.slice(0, 2), before);

  // One that does so again and again is not.
  for (let time = 0; time < 3; time += 1) {
    await eventually(async () => page.workers().length, (count) => count === 1, "The next worker");
    await trap();
  }
  await page.getByRole("button", { name: "Reload the page" }).waitFor();
  assert.deepEqual(problems, []);
  await close();
});

/** Dice as the built-in one has it, with its smoothing as a parameter. */
const DICE = "mean(1 - (2*tp + 2*s)/(2*tp + fn + fp + 2*s))";

test("a typed formula is a loss like any other in every part", { timeout: 180_000 }, async () => {
  const { page, problems, close } = await openBench("?losses=dice,ce");
  await page.getByRole("button", { name: "Type a formula" }).click();
  const box = page.getByRole("textbox", { name: "Formula, loss 3", exact: true });
  await box.fill(DICE);
  const slider = page.getByRole("slider", { name: "s, loss 3" });
  await slider.waitFor();

  const alike = (rows) => rows.length === 3 && rows[0].length > 0 && rows[0].every((value, at) => Math.abs(value - rows[2][at]) < 1e-9);
  const differ = (rows) => rows.length === 3 && rows[0].some((value, at) => Math.abs(value - rows[2][at]) > 1e-3);
  await eventually(() => readTable(page, "pixel-readings"), alike, "One pixel under both");
  await goTo(page, "region");
  await eventually(() => readTable(page, "region-readings"), alike, "The slopes of both surfaces");
  const bands = page.getByTestId("part-region").locator(".surfaces li").nth(2).locator("svg path");
  await eventually(() => bands.count(), (count) => count >= 9, "The bands of the formula’s surface");
  await goTo(page, "paint");
  await eventually(async () => (await readTable(page, "push")).slice(0, 3), alike, "Where both push");
  await goTo(page, "agreement");
  const cosines = await eventually(() => readTable(page, "cosines"), (rows) => rows.length === 3, "The cosines");
  near(cosines[0][2], 1, "the cosine of Dice and Dice");

  // Its parameters have sliders, and what is typed next keeps their values.
  await goTo(page, "pixel");
  await slider.evaluate((input) => {
    input.value = input.max;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
  const smooth = await eventually(() => readTable(page, "pixel-readings"), differ, "One pixel after smoothing");
  await box.fill("meen(tp)");
  await page.getByText("Did you mean mean?").waitFor();
  assert.equal(await box.getAttribute("aria-invalid"), "true");
  assert.deepEqual(await readTable(page, "pixel-readings"), smooth, "a wrong formula changes nothing");
  await box.fill(`${DICE} * w`);
  await page.getByRole("slider", { name: "w, loss 3" }).waitFor();
  await eventually(() => readTable(page, "pixel-readings"), (rows) => JSON.stringify(rows) === JSON.stringify(smooth), "One pixel, times one");

  // It travels with the address.
  await page.waitForFunction(() => location.search.includes("w=1"));
  await page.reload();
  const again = await eventually(() => readTable(page, "pixel-readings"), (rows) => rows.length === 3, "The readings after reloading");
  assert.deepEqual(again, smooth);
  assert.equal(await box.inputValue(), `${DICE} * w`);
  assert.deepEqual(problems, []);
  await close();
});

test("the address holds what was chosen, and says what it cannot use", { timeout: 120_000 }, async () => {
  const { page, problems, close } = await openBench("?losses=tversky:delta=0.8,nonsense,focal:gamma=99&axis=logit");
  await page.getByText("There is no loss “nonsense”.").waitFor();
  await page.getByText(/gamma of focal is 99/i).waitFor();
  assert.equal(await page.getByTestId("pixel-readings").locator("tbody tr").count(), 1);
  await page.getByRole("combobox", { name: "Add a loss" }).selectOption("ce");
  await page.waitForFunction(() => location.search === "?losses=tversky:delta=0.8,ce&axis=logit");
  assert.deepEqual(problems, []);
  await close();
});

for (const colorScheme of ["light", "dark"]) {
  for (const viewport of [{ width: 1440, height: 900 }, { width: 390, height: 844 }]) {
    test(`accessible: ${colorScheme}, ${viewport.width} pixels wide`, { timeout: 120_000 }, async () => {
      const { page, problems, close } = await openBench("", { colorScheme, viewport });
      for (const part of PARTS) {
        await goTo(page, part);
        const numbers = page.getByTestId(`part-${part}`).getByText("The numbers behind this figure");
        if ((await numbers.count()) > 0) await numbers.click();
      }
      await page.locator("[data-testid=cosines] tbody td").first().waitFor();
      assert.deepEqual(await violations(page), []);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(overflow, 0, "the page scrolls sideways");
      if (viewport.width < 1100) {
        await page.getByRole("button", { name: /^Losses/ }).click();
        assert.deepEqual(await violations(page), [], "with the losses open");
      }
      assert.deepEqual(problems, []);
      await close();
    });
  }
}
