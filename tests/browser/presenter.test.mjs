// The lecture hall: large, by keyboard and clicker alone, and nothing that scrolls.
import assert from "node:assert/strict";
import { test } from "node:test";

import { violations } from "./lib/axe.mjs";
import { TINY, address } from "./lib/experiment.mjs";
import { serveAndLaunch } from "./lib/fixture.mjs";
import { currentStep, engineBackend } from "./lib/page.mjs";

const { url, visit } = serveAndLaunch({ webgpu: false });

const stageOf = (page) => page.getByTestId("stage");
const figuresOf = (page) => stageOf(page).locator("canvas[role=img]:visible");

/** What a person sees at the far end of a hall, and what the layout must not do. */
async function layout(page) {
  return page.evaluate(() => {
    const root = document.documentElement;
    const boxes = [...document.querySelectorAll("[data-testid=stage] canvas[role=img]")].map((canvas) => canvas.getBoundingClientRect());
    return {
      scrolls: [root.scrollHeight - root.clientHeight, root.scrollWidth - root.clientWidth],
      inSight: boxes.every(({ left, top, right, bottom }) => left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight),
      places: boxes.map(({ left, top, width }) => [left, top, width].map(Math.round)),
      number: parseFloat(getComputedStyle(document.querySelector("[data-testid=stage] dd")).fontSize),
    };
  });
}

for (const viewport of [{ width: 1440, height: 900 }, { width: 1920, height: 1080 }]) {
  test(`without a lesson, ${viewport.width} pixels wide`, { timeout: 90_000 }, async () => {
    const { page, problems, close } = await visit(address(url(), TINY), { viewport, colorScheme: viewport.width > 1500 ? "dark" : "light" });
    await engineBackend(page);
    await page.keyboard.press("p");
    await stageOf(page).waitFor();
    await figuresOf(page).nth(11).waitFor();
    const before = await layout(page);
    assert.deepEqual(before.scrolls, [0, 0], "nothing scrolls");
    assert.ok(before.inSight, "all pictures are in sight");
    assert.ok(before.number >= 18, `numbers are large: ${before.number} pixels`);
    assert.deepEqual(await violations(page), []);

    await page.keyboard.press("s");
    await page.waitForFunction(() => document.querySelector("[data-testid=step-counter]")?.textContent.startsWith("Step 1 "));
    assert.equal(await currentStep(page), 1);
    assert.deepEqual((await layout(page)).places, before.places, "no picture moves while it trains");

    const image = () => stageOf(page).getByText(/^Image \d+ of \d+$/).innerText();
    const first = await image();
    await page.keyboard.press("PageDown");
    assert.notEqual(await image(), first, "a clicker goes through the images");
    await page.keyboard.press("PageUp");
    assert.equal(await image(), first);

    await page.keyboard.press("2");
    await page.waitForFunction(() => document.querySelector("[data-testid=stage]")?.dataset.figure === "errors");
    assert.equal(await figuresOf(page).count(), 3, "one picture a lane");
    const [, , large] = (await figuresOf(page).first().boundingBox().then((box) => [box.x, box.y, box.width]));
    assert.ok(large > 1.5 * before.places[0][2], `a figure alone is larger: ${large}`);
    await page.keyboard.press("5");
    await stageOf(page).getByRole("heading", { name: "Over the steps" }).waitFor();
    assert.deepEqual(await violations(page), [], "with charts");
    await page.keyboard.press("Escape");
    await figuresOf(page).nth(11).waitFor();
    await page.keyboard.press("Escape");
    await stageOf(page).waitFor({ state: "detached" });
    assert.deepEqual(problems, []);
    await close();
  });
}

test("a lesson is given with a clicker alone", { timeout: 120_000 }, async () => {
  const viewport = { width: 1440, height: 900 };
  const { page, problems, close } = await visit(`${url()}?backend=cpu&lesson=who-pushes&present`, { viewport });
  const lesson = page.getByTestId("lesson");
  const onPage = (number) => page.locator(`[data-testid=lesson][data-page="${number}"]`).waitFor();
  await onPage(1);
  await figuresOf(page).first().waitFor();
  await page.keyboard.press("PageDown");
  await onPage(2);
  assert.equal(await lesson.getByTestId("verdict").innerText(), "", "the hall predicts first");
  await page.keyboard.press("PageDown"); // runs
  await lesson.getByTestId("verdict").getByText(/^It is \d/).waitFor({ timeout: 60_000 });
  await onPage(2);
  const { scrolls, inSight } = await layout(page);
  assert.deepEqual(scrolls, [0, 0], "nothing scrolls");
  assert.ok(inSight, "all pictures are in sight");
  assert.deepEqual(await violations(page), []);
  await page.keyboard.press("PageDown");
  await onPage(3);
  await page.keyboard.press("PageDown"); // there is nothing to run: the answer
  await lesson.getByTestId("verdict").getByText(/^It is \d/).waitFor();
  await page.keyboard.press("PageUp");
  await onPage(2);
  await page.keyboard.press("0");
  await onPage(1);
  await page.waitForFunction(() => /step 0$/.test(document.querySelector("[data-testid=stage] article header p")?.textContent ?? ""));
  assert.deepEqual(problems, []);
  await close();
});
