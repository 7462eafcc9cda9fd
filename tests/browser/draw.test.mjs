// Masks drawn by hand: every tool does to the pixels what it says, and what was drawn is trained on.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { violations } from "./lib/axe.mjs";
import { TINY, address } from "./lib/experiment.mjs";
import { serveAndLaunch } from "./lib/fixture.mjs";
import { discs, greyPng, rings, zip } from "./lib/images.mjs";
import { engineBackend, importFiles, play, trainOnImport, waitForStep } from "./lib/page.mjs";

const { url, visit } = serveAndLaunch({ webgpu: false });

const [WIDTH, HEIGHT] = [60, 40];
const inDisc = (x, y) => Math.hypot(x - 20, y - 20) < 9;
/** Two greys, and nothing else. */
const twoGreys = { name: "photo.png", mimeType: "image/png", buffer: greyPng(WIDTH, HEIGHT, (x, y) => (inDisc(x, y) ? 200 : 90)) };

/** Opens the page on the mask editor of an image without a mask. */
async function easel(file = twoGreys, options = {}) {
  const opened = await visit(address(url(), TINY), options);
  await engineBackend(opened.page);
  await importFiles(opened.page, [file]);
  await opened.page.getByRole("button", { name: "Draw its mask" }).click();
  await opened.page.getByTestId("mask-canvas").waitFor();
  return opened;
}

/** Where a place of the image, in its pixels, is on the screen. */
async function place(page, x, y, [width, height] = [WIDTH, HEIGHT]) {
  const canvas = page.getByTestId("mask-canvas");
  await canvas.scrollIntoViewIfNeeded();
  const box = await canvas.boundingBox();
  const scale = Math.min(box.width / width, box.height / height);
  return [box.x + box.width / 2 + (x - width / 2) * scale, box.y + box.height / 2 + (y - height / 2) * scale];
}

async function drag(page, from, to) {
  await page.mouse.move(...(await place(page, ...from)));
  await page.mouse.down();
  await page.mouse.move(...(await place(page, ...to)), { steps: 4 });
  await page.mouse.up();
}

async function click(page, x, y) {
  await page.mouse.click(...(await place(page, x, y)));
}

/** The mask as it is saved: 0 or 255 for each pixel. */
async function savedMask(page) {
  const downloads = [];
  const both = new Promise((resolve) => {
    page.on("download", function add(download) {
      downloads.push(download);
      if (downloads.length === 2) resolve(page.off("download", add));
    });
  });
  await page.getByRole("button", { name: "Save image and mask" }).click();
  await both;
  const mask = downloads.find((download) => download.suggestedFilename() === "photo_mask.png");
  assert.ok(mask, downloads.map((download) => download.suggestedFilename()).join(", "));
  const bytes = [...(await readFile(await mask.path()))];
  return page.evaluate(async (bytes) => {
    const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    return { width: bitmap.width, height: bitmap.height, values: [...data].filter((_, at) => at % 4 === 0) };
  }, bytes);
}

/**
 * Fails unless the saved mask is 255 exactly where `inside(x, y)` holds, x and y of the pixel's centre; null is
 * for a pixel on the very edge, for places on the screen are whole pixels of it.
 */
async function assertMask(page, inside, what) {
  const { width, height, values } = await savedMask(page);
  assert.deepEqual([width, height], [WIDTH, HEIGHT]);
  const wrong = values.flatMap((value, at) => {
    const [x, y] = [at % width, Math.floor(at / width)];
    const wanted = inside(x + 0.5, y + 0.5);
    return wanted === null || value === (wanted ? 255 : 0) ? [] : [`${x},${y}: ${value}`];
  });
  assert.deepEqual(wrong, [], what);
}

const area = async (page) => Number(await page.getByTestId("mask-area").getAttribute("data-value"));
const tool = (page, name) => page.getByRole("radio", { name }).check();

/** Sets the brush by keys, from wherever it is, to as small as can be: one pixel. */
async function smallestBrush(page) {
  await page.getByTestId("mask-canvas").focus();
  for (let press = 0; press < 20; press += 1) await page.keyboard.press("[");
}

test("brush, eraser, polygon and fill paint the pixels they should; undo and redo restore them", { timeout: 180_000 }, async () => {
  const { page, problems, close } = await easel();
  const undo = page.getByRole("button", { name: "Undo" });
  const redo = page.getByRole("button", { name: "Redo" });
  const nothing = () => false;
  await assertMask(page, nothing, "at first");

  // The fill: exactly what is of one grey.
  const disc = (x, y) => inDisc(x - 0.5, y - 0.5);
  await tool(page, "Fill");
  await click(page, 20.5, 20.5);
  await assertMask(page, disc, "filled");
  await undo.click();
  await assertMask(page, nothing, "fill undone");
  await redo.click();
  await assertMask(page, disc, "fill done again");

  // The eraser takes away what the brush's shape covers, all along the line.
  await tool(page, "Eraser");
  const slider = page.getByRole("slider", { name: "Brush size" });
  const size = Number(/[\d.]+/.exec(await slider.getAttribute("aria-valuetext"))[0]);
  const swept = (distance) => (Math.abs(distance - size / 2) < 0.1 ? null : distance < size / 2);
  await drag(page, [5.5, 20.25], [35.5, 20.25]);
  const apart = (x, y) => disc(x, y) && (swept(Math.abs(y - 20.25)) === null ? null : !swept(Math.abs(y - 20.25)));
  await assertMask(page, apart, "erased through the middle");

  // The brush.
  await tool(page, "Brush");
  await drag(page, [45.25, 10.5], [45.25, 30.5]);
  const line = (x, y) => swept(Math.hypot(x - 45.25, y - Math.max(10.5, Math.min(30.5, y))));
  const both = (x, y) => (x > 35 ? line(x, y) : apart(x, y));
  await assertMask(page, both, "with a stroke");
  await page.keyboard.press("Control+z");
  await assertMask(page, apart, "stroke undone");
  await page.keyboard.press("Control+Shift+z");
  await assertMask(page, both, "stroke done again");
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  await assertMask(page, nothing, "all undone");

  // The polygon, closed at its first corner.
  await tool(page, "Polygon");
  for (const [x, y] of [[10, 5], [50, 5], [50, 35], [10, 5]]) await click(page, x, y);
  const { values } = await savedMask(page);
  const painted = values.filter((value) => value === 255).length;
  assert.ok(Math.abs(painted - 600) < 12, `a triangle of 600 pixels has ${painted}`);
  assert.equal(painted, await area(page));

  await page.getByRole("button", { name: "Invert" }).click();
  assert.equal(await area(page), WIDTH * HEIGHT - painted);
  await page.getByRole("button", { name: "Clear" }).click();
  assert.equal(await area(page), 0);
  assert.deepEqual(problems, []);
  await close();
});

test("a mask is drawn with keys alone", { timeout: 120_000 }, async () => {
  const { page, problems, close } = await easel();
  await smallestBrush(page);
  await page.keyboard.press("b");
  // The cursor begins in the middle.
  await page.keyboard.down("Space");
  for (let step = 0; step < 5; step += 1) await page.keyboard.press("ArrowRight");
  await page.keyboard.up("Space");
  const line = (x, y) => y === 20.5 && x >= 30.5 && x <= 35.5;
  await assertMask(page, line, "a line of six pixels");
  assert.match(await page.getByTestId("mask-said").innerText(), /Brush: 6 pixels more/);

  await page.getByTestId("mask-canvas").focus();
  await page.keyboard.press("e");
  await page.keyboard.press("Space");
  await assertMask(page, (x, y) => line(x, y) && x < 35, "its end erased");

  await page.getByTestId("mask-canvas").focus();
  await page.keyboard.press("p");
  await page.keyboard.press("Space");
  for (let step = 0; step < 8; step += 1) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Space");
  for (let step = 0; step < 8; step += 1) await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Space");
  const before = await area(page);
  await page.keyboard.press("Enter");
  assert.ok((await area(page)) >= before + 28, "the triangle is there");
  // "s" and "r" drive training elsewhere; here they mean nothing.
  await page.keyboard.press("s");
  assert.match(await page.getByTestId("step-counter").innerText(), /Step 0/);
  assert.deepEqual(problems, []);
  await close();
});

test("one photograph, drawn on, is trained on", { timeout: 180_000 }, async () => {
  const side = 160;
  const inside = (x, y) => Math.hypot(x - 70, y - 90) < 30;
  const buffer = greyPng(side, side, (x, y) => (inside(x, y) ? 190 : 80) + ((x * 7 + y * 13) % 11));
  const { page, problems, close } = await easel({ name: "photo.png", mimeType: "image/png", buffer });
  await tool(page, "Fill");
  await page.mouse.click(...(await place(page, 70, 90, [side, side])));
  const drawn = await area(page);
  assert.ok(Math.abs(drawn - Math.PI * 900) < 60);
  await page.getByRole("button", { name: "Use this mask" }).click();
  const preview = page.getByTestId("import-preview");
  await preview.getByText("1 pair").waitFor();
  assert.match(await preview.innerText(), /made into 25 samples/);
  assert.match(await preview.innerText(), /fewer than three images/);
  assert.equal(await page.getByTestId("import-rejected").count(), 0);

  // What was drawn can be drawn on: the mask is as it was.
  await preview.getByRole("button", { name: "Edit the mask of photo" }).click();
  await page.getByTestId("mask-canvas").waitFor();
  assert.equal(await area(page), drawn);
  await page.getByRole("button", { name: "Leave without it" }).click();
  await preview.getByText("1 pair").waitFor();

  await trainOnImport(page);
  await play(page);
  await waitForStep(page, 6);
  assert.deepEqual(problems, []);
  await close();
});

test("pairs are changed by hand, and masks that came are edited", { timeout: 180_000 }, async () => {
  const { page, problems, close } = await visit(address(url(), TINY));
  await engineBackend(page);
  const [first, firstMask, ...others] = discs(5, 40);
  const alone = { ...first, name: "alone.png" };
  const odd = { ...firstMask, name: "somewhere/odd.png" };
  // In an archive, whose files the page itself cannot see.
  await importFiles(page, [{ name: "set.zip", mimeType: "application/zip", buffer: zip([alone, odd, ...others]) }]);
  const preview = page.getByTestId("import-preview");
  await preview.getByText("4 pairs").waitFor();

  const row = page.getByTestId("import-rejected").locator("li", { hasText: "alone.png" });
  await row.getByRole("button", { name: "Choose a mask" }).click();
  await row.getByRole("combobox").selectOption({ label: (await row.getByRole("option", { name: /odd\.png/ }).innerText()) });
  await preview.getByText("5 pairs").waitFor();

  await preview.getByRole("button", { name: "disc-1", exact: true }).click();
  await page.getByTestId("pair-detail").getByRole("button", { name: "Remove pair" }).click();
  await preview.getByText("4 pairs").waitFor();
  assert.match(await page.getByTestId("import-rejected").innerText(), /disc-1\.png.*by hand/);

  await preview.getByRole("button", { name: "Edit the mask of disc-2" }).click();
  const before = await area(page);
  assert.ok(before > 150 && before < 250, `the disc has ${before} pixels`);
  await page.getByRole("button", { name: "Invert" }).click();
  await page.getByRole("button", { name: "Use this mask" }).click();
  await preview.getByText("4 pairs").waitFor();
  await preview.getByRole("button", { name: "Edit the mask of disc-2" }).click();
  assert.equal(await area(page), 1600 - before);
  await page.getByRole("button", { name: "Leave without it" }).click();
  await preview.getByText("4 pairs").waitFor();
  // One set, not one for every change.
  assert.equal(await page.getByTestId("imported-set").count(), 1);
  assert.deepEqual(problems, []);
  await close();
});

test("a mask of several classes is edited, class by class", { timeout: 180_000 }, async () => {
  const { page, problems, close } = await visit(address(url(), TINY));
  await engineBackend(page);
  await importFiles(page, rings(4, 40));
  const preview = page.getByTestId("import-preview");
  await preview.getByText("4 pairs").waitFor();
  await preview.getByRole("button", { name: "A class for each value" }).click();
  await preview.getByRole("button", { name: "Use these classes" }).click();
  await preview.getByText("4 pairs").waitFor();
  const share = async (at) => Number.parseFloat(/[\d.]+(?=\s*%)/.exec(await preview.getByTestId("import-classes").locator("li").nth(at).innerText())[0]);
  const [ring, core] = [await share(1), await share(2)];

  await preview.getByRole("button", { name: "Edit the mask of ring-1" }).click();
  const before = await area(page);
  assert.equal(await page.getByRole("button", { name: "Invert" }).count(), 0);
  await page.getByTestId("mask-canvas").focus();
  await page.keyboard.press("2");
  assert.equal(await page.getByRole("radio", { name: "class 2" }).isChecked(), true);
  await tool(page, "Fill");
  await page.getByRole("slider", { name: "Tolerance" }).fill("40");
  // All of the ring becomes core.
  await page.mouse.click(...(await place(page, 16.5, 11.5, [40, 40])));
  assert.match(await page.getByTestId("mask-said").innerText(), /Fill: 0 pixels more/);
  assert.equal(await area(page), before);
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+Shift+z");
  await page.getByRole("button", { name: "Use this mask" }).click();
  await preview.getByText("4 pairs").waitFor();
  assert.ok((await share(1)) < ring * 0.85 && (await share(2)) > core * 1.2, `${ring}, ${core}: ${await share(1)}, ${await share(2)}`);
  assert.equal(await preview.getByTestId("import-classes").locator("li").count(), 3);
  assert.deepEqual(problems, []);
  await close();
});

test("two fingers move the picture and draw nothing", { timeout: 120_000 }, async () => {
  const { page, problems, close } = await easel(twoGreys, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  const session = await page.context().newCDPSession(page);
  const touch = (type, ...points) =>
    session.send("Input.dispatchTouchEvent", { type, touchPoints: points.map(([x, y], id) => ({ x, y, id })) });
  const [x, y] = await place(page, 30, 20);
  await touch("touchStart", [x - 20, y]);
  await touch("touchStart", [x - 20, y], [x + 20, y]);
  for (const apart of [30, 45, 60]) await touch("touchMove", [x - apart, y], [x + apart, y]);
  await touch("touchEnd");
  await page.getByTestId("zoom").waitFor();
  assert.equal(await area(page), 0);
  await page.getByRole("button", { name: "Fit" }).click();
  const [fromX, fromY] = await place(page, 15, 20);
  await touch("touchStart", [fromX, fromY]);
  await touch("touchMove", [fromX + 60, fromY]);
  await touch("touchEnd");
  assert.ok((await area(page)) > 0, "one finger paints");
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.equal(overflow, 0, "the page scrolls sideways");
  assert.deepEqual(problems, []);
  await close();
});

for (const colorScheme of ["light", "dark"]) {
  test(`the editor violates no rule that axe can check, ${colorScheme}`, { timeout: 120_000 }, async () => {
    const { page, problems, close } = await easel(twoGreys, { colorScheme });
    for (const name of ["Brush", "Polygon", "Fill"]) {
      await tool(page, name);
      assert.deepEqual(await violations(page), [], name);
    }
    await page.getByRole("button", { name: "Leave without it" }).click();
    assert.deepEqual(await violations(page), [], "images without masks");
    assert.deepEqual(problems, []);
    await close();
  });
}
