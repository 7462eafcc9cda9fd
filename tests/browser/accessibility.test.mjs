// No view of the page violates a rule that axe can check, none scrolls sideways, and everything is reached by keyboard.
import assert from "node:assert/strict";
import { test } from "node:test";

import { violations } from "./lib/axe.mjs";
import { TINY, address } from "./lib/experiment.mjs";
import { serveAndLaunch } from "./lib/fixture.mjs";
import { discs, greyPng } from "./lib/images.mjs";
import { engineBackend, importFiles, play, waitForEvaluation, waitForStep } from "./lib/page.mjs";

const { url, visit } = serveAndLaunch({ webgpu: false });

const WIDE = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
const NARROWEST = { width: 320, height: 640 };

const still = "&play=no";
const button = (page, name) => page.getByRole("button", { name, exact: true });

async function check(page, what) {
  assert.deepEqual(await violations(page), [], what);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.equal(overflow, 0, `the page scrolls sideways ${what}`);
}

/** Everything that opens on the page, one after the other. */
const PANELS = [
  {
    what: "with the backend's panel",
    open: (page) => page.getByTestId("adapter-badge").click(),
    close: (page) => page.getByTestId("adapter-badge").click(),
  },
  {
    what: "with the share panel",
    open: (page) => button(page, "Share").click(),
    close: (page) => button(page, "Share").click(),
  },
  {
    what: "with the list of lessons",
    open: (page) => button(page, "Lessons").click(),
    close: (page) => button(page, "Lessons").click(),
  },
  {
    what: "with help",
    wide: true,
    open: (page) => page.keyboard.press("?"),
    close: (page) => page.keyboard.press("Escape"),
  },
  {
    what: "with the sheet of settings",
    wide: false,
    open: (page) => button(page, "Data and training").click(),
    close: (page) => page.keyboard.press("Escape"),
  },
  {
    what: "with a pixel chosen",
    open: async (page) => {
      await page.locator("[data-testid=lanes] canvas[role=img]").first().click({ position: { x: 40, y: 40 } });
      await page.locator("[data-rank]").first().waitFor();
    },
    close: (page) => page.keyboard.press("Escape"),
  },
  {
    what: "with a step taken apart",
    open: async (page) => {
      await button(page, "Take the next step apart").click();
      await page.getByRole("radio", { name: "3 Backward" }).check({ force: true });
    },
    close: () => undefined,
  },
  {
    what: "with the charts' tables",
    open: async (page) => {
      for (const summary of await page.locator("summary", { hasText: "Table" }).all()) await summary.click();
    },
    close: () => undefined,
  },
  {
    what: "in presenter mode",
    open: (page) => page.keyboard.press("p"),
    close: (page) => page.keyboard.press("Escape"),
  },
];

for (const [colorScheme, viewport] of [
  ["light", WIDE],
  ["dark", WIDE],
  ["dark", PHONE],
  ["light", NARROWEST],
]) {
  const name = `${colorScheme}, ${viewport.width} pixels wide`;
  test(`${name}: the page and what opens on it`, { timeout: 120_000 }, async () => {
    const { page, problems, close } = await visit(address(url(), TINY) + still, { colorScheme, viewport });
    await engineBackend(page);
    await check(page, "at first");
    await play(page);
    await waitForStep(page, 5);
    await check(page, "while training");
    await waitForEvaluation(page, 60);
    for (const panel of PANELS) {
      if (panel.wide !== undefined && panel.wide !== (viewport === WIDE)) continue;
      await panel.open(page);
      await check(page, panel.what);
      await panel.close(page);
    }
    assert.deepEqual(problems, []);
    await close();
  });

  test(`${name}: an import, a mask being drawn, a lesson, the loss bench`, { timeout: 120_000 }, async () => {
    const { page, problems, close } = await visit(address(url(), TINY) + still, { colorScheme, viewport });
    await engineBackend(page);
    const alone = { name: "alone.png", mimeType: "image/png", buffer: greyPng(40, 30, (x, y) => 3 * x + 2 * y) };
    const text = { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("hello") };
    await importFiles(page, [...discs(3), alone, text]);
    await page.getByTestId("import-preview").waitFor();
    await check(page, "with an import open");
    await page.getByRole("button", { name: "Draw its mask" }).first().click();
    await page.getByTestId("mask-canvas").waitFor();
    await check(page, "with a mask being drawn");
    await page.goto(`${url()}?backend=cpu&lesson=who-pushes`);
    await page.getByTestId("lesson").waitFor();
    await engineBackend(page);
    await check(page, "in a lesson");
    await page.goto(`${url()}losses/`);
    await page.locator("svg.plot").first().waitFor();
    await check(page, "on the loss bench");
    assert.deepEqual(problems, []);
    await close();
  });
}

test("Tab goes through the page from top to end, and what it reaches is seen", { timeout: 60_000 }, async () => {
  const { page, problems, close } = await visit(address(url(), TINY) + still, { viewport: WIDE });
  await engineBackend(page);
  const places = [];
  for (let presses = 0; presses < 200; presses += 1) {
    await page.keyboard.press("Tab");
    const place = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === null || element === document.body) return null;
      const { top, left, width, height } = element.getBoundingClientRect();
      const region = ["main", "header", "aside"].find((name) => element.closest(name) !== null) ?? "page";
      // A control that lies invisibly over its drawing lends the focus to that.
      const drawn = [element, element.nextElementSibling].some(
        (it) => it !== null && getComputedStyle(it).outlineStyle !== "none",
      );
      const inside = top >= 0 && left >= 0 && top < innerHeight && left < innerWidth && width > 0 && height > 0;
      return { html: element.outerHTML.slice(0, 160), region, drawn, inside };
    });
    if (place === null) break;
    places.push(place);
  }
  const regions = places.map(({ region }) => region).filter((region, at, all) => region !== all[at - 1]);
  assert.deepEqual(regions, ["header", "aside", "main"], "the order of focus is that of the page");
  assert.deepEqual(places.filter(({ drawn }) => !drawn).map(({ html }) => html), [], "focus is seen");
  assert.deepEqual(places.filter(({ inside }) => !inside).map(({ html }) => html), [], "what has focus is on the screen");
  assert.deepEqual(problems, []);
  await close();
});

test("a chart's table holds the numbers that the chart draws", { timeout: 60_000 }, async () => {
  const { page, problems, close } = await visit(address(url(), TINY) + still);
  await engineBackend(page);
  await play(page);
  await waitForEvaluation(page, 60);
  const chart = page.locator("[data-target='chart:loss']");
  await chart.locator("summary").focus();
  await page.keyboard.press("Enter");
  const table = chart.getByRole("table");
  // Charts are drawn less often than numbers come in: their last drawing has every lane at the run's end.
  const end = table.locator("tbody tr", { has: page.getByRole("rowheader", { name: "60", exact: true }), hasNotText: "–" });
  await end.waitFor();
  const head = await table.locator("thead th").allInnerTexts();
  assert.equal(head[0], "Step");
  assert.equal(head.length, 4, "a column for each lane");
  const last = await table.locator("tbody tr").last().locator("th, td").allInnerTexts();
  const values = await chart.locator(".values").innerText();
  for (const value of last.slice(1)) assert.ok(values.includes(value), `${value} of the table is not in “${values}”`);
  assert.ok(values.includes(`Step ${last[0]}`));
  assert.deepEqual(problems, []);
  await close();
});
