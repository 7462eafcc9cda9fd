// Studies in the page: the terminal's results, kept over a reload, exported and merged.
import assert from "node:assert/strict";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { violations } from "./lib/axe.mjs";
import { serveAndLaunch } from "./lib/fixture.mjs";
import { losscope } from "./lib/terminal.mjs";

const { url, visit } = serveAndLaunch({ webgpu: false });

const STUDY = {
  version: 1,
  name: "Two losses, two seeds",
  base: {
    data: { source: "synthetic", size: 24, count: 24, foreground: 0.15, split: [0.5, 0.2, 0.3] },
    network: { base_channels: 8, depth: 2 },
    training: { batch_size: 8, steps: 40 },
  },
  grid: { losses: [{ kind: "ce" }, { kind: "dice" }], seeds: [1, 2] },
  metrics: { metrics: ["ece", "brier", "nll"] },
  bootstrap: { resamples: 1000 },
};

let folder;
/** What the terminal gives, by the cells' keys. */
let terminal;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "losscope-study-"));
  const document = join(folder, "STUDY.json");
  await writeFile(document, JSON.stringify(STUDY));
  const out = join(folder, "out");
  await losscope("study", "run", document, "--out", out, "--quiet");
  await losscope("study", "report", out);
  const cells = join(out, "cells");
  const texts = await Promise.all((await readdir(cells)).map((name) => readFile(join(cells, name), "utf8")));
  terminal = new Map(texts.map((text) => JSON.parse(text)).map((result) => [result.cell.key, result]));
});
after(() => rm(folder, { recursive: true, force: true }));

const studies = (search = "") => `${url()}studies/${search}`;
const study = (page) => page.getByTestId("study");
const done = async (page) => Number(await study(page).getAttribute("data-done"));
const waitForDone = (page, count) => page.locator(`[data-testid=study][data-done="${count}"]`).waitFor({ timeout: 90_000 });

/** Writes a document and makes a study of it. */
async function create(page, document) {
  await page.getByText("The document", { exact: true }).click();
  await page.locator("#document").fill(JSON.stringify(document));
  await page.getByTestId("outcome").getByText("4 cells").waitFor();
  await page.getByRole("button", { name: "Create study" }).click();
  await study(page).waitFor();
}

/** The results that are kept, by the cells' keys. */
async function kept(page) {
  const texts = await page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open("losscope-studies");
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const reading = opening.result.transaction("results").objectStore("results").getAll();
          reading.onsuccess = () => {
            opening.result.close();
            resolve(reading.result.map(({ text }) => text));
          };
        };
      }),
  );
  return new Map(texts.map((text) => JSON.parse(text)).map((result) => [result.cell.key, result]));
}

/** Presses Pause as soon as the first cell is done. */
async function pauseAtFirst(page) {
  await page.evaluate(() => {
    const study = document.querySelector("[data-testid=study]");
    const pause = () => {
      if (study.dataset.done === "0") return;
      observer.disconnect();
      [...document.querySelectorAll("[data-testid=queue] button")].find(({ textContent }) => textContent.trim() === "Pause").click();
    };
    const observer = new MutationObserver(pause);
    observer.observe(study, { attributes: true, attributeFilter: ["data-done"] });
  });
  await page.locator("[data-testid=queue][data-status=paused]").waitFor({ timeout: 60_000 });
}

/** A study of some seeds, with the terminal's results of them, as a file for a file chooser. */
function bundle(name, seeds, change = (result) => result) {
  const results = [...terminal.values()].filter(({ cell }) => seeds.includes(cell.seed)).map(change);
  const text = JSON.stringify({
    format: "losscope-study-1",
    study: { ...STUDY, grid: { ...STUDY.grid, seeds } },
    results,
  });
  return { name, mimeType: "application/json", buffer: Buffer.from(text) };
}

async function saved(page, click) {
  const [download] = await Promise.all([page.waitForEvent("download"), click()]);
  return readFile(await download.path());
}

test("a study goes on after a reload and ends with the terminal's results", { timeout: 180_000 }, async () => {
  const { page, problems, close } = await visit(studies());
  await create(page, STUDY);
  const jobs = page.getByLabel("At once");
  if (await jobs.isVisible()) await jobs.selectOption("1");
  const paused = pauseAtFirst(page);
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await paused;
  await page.reload();
  await study(page).waitFor();
  const before = await kept(page);
  assert.ok(before.size >= 1 && before.size < 4, `${before.size} of 4 cells were done`);
  await page.getByRole("button", { name: /^Run the other/ }).click();
  // Now without a pause: it goes on by itself.
  await page.reload();
  await waitForDone(page, 4);
  const ours = await kept(page);
  for (const [key, result] of before) assert.deepEqual(ours.get(key), result, "a cell that was done ran again");

  assert.deepEqual([...ours.keys()].sort(), [...terminal.keys()].sort());
  let compared = 0;
  for (const [key, result] of ours) {
    const theirs = terminal.get(key);
    assert.equal(result.data.fingerprint, theirs.data.fingerprint);
    assert.deepEqual(result.cell, theirs.cell);
    // Not about the same but the same, to the last bit: losses, metrics of every image, and what was chosen by.
    for (const part of ["steps", "stopped", "last_losses", "validation_dice", "images"]) {
      assert.deepEqual(result[part], theirs[part], `${part} of ${key}`);
    }
    compared += result.images.flatMap(({ values }) => values.flatMap((value) => value.per_class)).length;
  }
  assert.ok(compared > 300, `${compared} values were compared`);

  // The table says what the terminal's report says, and can be sorted.
  const report = JSON.parse(await readFile(join(folder, "out", "report", "report.json"), "utf8"));
  const table = page.getByTestId("result-table");
  await table.locator("tr[data-loss]").nth(1).waitFor();
  await page.waitForFunction(() => document.querySelector("[data-testid=notes]") === null);
  const means = await table.locator("[data-key=mean]").evaluateAll((cells) => cells.map(({ dataset }) => Number(dataset.value)));
  report.groups[0].metrics[0].losses.forEach(({ mean }, i) => assert.equal(means[i], mean));
  const names = () => table.locator("tr[data-loss]").evaluateAll((rows) => rows.map(({ dataset }) => dataset.loss));
  await table.getByRole("button", { name: "Mean", exact: true }).click();
  const falling = await names();
  await table.getByRole("button", { name: /^Mean/ }).click();
  assert.deepEqual(await names(), falling.toReversed());
  assert.deepEqual(await violations(page), []);

  // Files that others read.
  const take = (file) => saved(page, () => page.locator(`[data-file="${file}"]`).click());
  const shared = JSON.parse(await take("study.json"));
  assert.equal(shared.format, "losscope-study-1");
  assert.equal(shared.results.length, 4);
  assert.equal(shared.results[0].machine.backend, "cpu");
  const summary = String(await take("summary.csv")).trim().split("\n");
  assert.ok(summary[0].startsWith("dataset,foreground,learning_rate,metric,loss"));
  assert.equal((summary.length - 1) % 2, 0);
  assert.match(String(await take("tables.tex")), /\\begin\{tabular\}[^]*\\bottomrule/);
  assert.match(String(await take("report.md")), /\| loss \|/);
  assert.equal(JSON.parse(await take("report.json")).groups.length, 1);
  assert.equal(String(await take("values.csv")).trim().split("\n").length - 1, compared);
  const figure = page.getByTestId("figure").first();
  const svg = String(await saved(page, () => figure.getByRole("button", { name: /SVG/ }).click()));
  assert.ok(svg.startsWith("<svg") && !svg.includes("var("));
  const png = await saved(page, () => figure.getByRole("button", { name: /PNG/ }).click());
  assert.equal(png.subarray(1, 4).toString(), "PNG");
  assert.ok(png.readUInt32BE(16) > 1000, "the picture is wide enough to print");
  await checkReport(page, String(await take("report.html")));
  assert.deepEqual(problems, []);
  await close();
});

/** The report stands by itself, and its tables can be sorted. */
async function checkReport(page, html) {
  const report = await page.context().newPage();
  await report.setContent(html);
  const table = report.locator("table").first();
  const first = () => table.locator("tbody tr td:first-child").allInnerTexts();
  const order = await first();
  assert.equal(order.length, 2);
  await table.getByRole("button", { name: "loss" }).click();
  assert.deepEqual(await first(), [...order].sort());
  await table.getByRole("button", { name: "loss" }).click();
  assert.deepEqual(await first(), [...order].sort().reverse());
  await report.close();
}

test("of two tabs one runs a study, and the other takes over when that one is closed", { timeout: 180_000 }, async () => {
  const { page: first, problems, close } = await visit(studies());
  await create(first, STUDY);
  const run = (page) => page.getByRole("button", { name: /^Run($| the other)/ }).click();
  const status = (page, wanted) => page.locator(`[data-testid=queue][data-status=${wanted}]`).waitFor({ timeout: 60_000 });
  const runToNextCell = async (page) => {
    const paused = pauseAtFirst(page);
    await run(page);
    await paused;
  };
  await runToNextCell(first);
  const second = await first.context().newPage();
  await second.goto(first.url());
  await study(second).waitFor();
  await run(second);
  await second.getByText("This study runs in another tab").waitFor();

  // Stopped there, it is not taken up here.
  await first.getByRole("button", { name: "Cancel", exact: true }).click();
  await status(second, "idle");

  await runToNextCell(second);
  await run(first);
  await status(first, "elsewhere");
  const before = await kept(second);
  assert.ok(before.size >= 2 && before.size < 4, `${before.size} of 4 cells were done`);
  await second.close();
  await waitForDone(first, 4);
  const after = await kept(first);
  assert.equal(after.size, 4);
  for (const [key, result] of before) assert.deepEqual(after.get(key), result, "a cell that was done ran again");
  assert.deepEqual(problems, []);
  await close();
});

test("files of a class are merged, with what is to be known of them", { timeout: 90_000 }, async () => {
  const { page, problems, close } = await visit(studies());
  const other = (result) => ({ ...result, machine: { ...result.machine, version: "0.0.9" } });
  const wrong = { name: "holiday.json", mimeType: "application/json", buffer: Buffer.from('{"format":"pictures"}') };
  await page.getByTestId("study-files").setInputFiles([bundle("anna.json", [1]), bundle("ben.json", [1, 2], other), wrong]);
  await waitForDone(page, 4);
  const share = (name) => page.locator(`[data-testid=shares] [data-name="${name}"]`);
  assert.equal(await share("anna.json").getAttribute("data-taken"), "2");
  assert.equal(await share("ben.json").getAttribute("data-taken"), "2");
  assert.equal(await share("ben.json").getAttribute("data-also"), "2");
  const notes = page.getByTestId("notes");
  await notes.getByText("not all trained with the same").waitFor();
  await notes.getByText("holiday.json is left out").waitFor();
  assert.equal(await page.getByTestId("result-table").locator("tr[data-loss]").count(), 2);

  // What does not belong here is refused, and leaves everything as it was.
  const longer = JSON.parse(bundle("x", [1]).buffer);
  longer.study.base.training.steps += 1;
  const foreign = { name: "carl.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(longer)) };
  await page.getByTestId("share-files").setInputFiles([foreign]);
  await page.getByRole("alert").getByText("do not belong into one table").waitFor();
  assert.equal(await done(page), 4);

  // A folder of the terminal, whose report is no result.
  await page.getByTestId("share-folder").setInputFiles(join(folder, "out"));
  await share("out").waitFor();
  assert.equal(await share("out").getAttribute("data-also"), "4");
  assert.equal(await share("out").getAttribute("data-differ"), "0");

  // It is there after a reload, someone's files can be taken out, and all of it deleted.
  await page.reload();
  await waitForDone(page, 4);
  await page.getByRole("button", { name: "Take anna.json out" }).click();
  await page.locator('[data-testid=shares] [data-name="ben.json"][data-taken="4"]').waitFor();
  assert.equal(await share("ben.json").getAttribute("data-also"), "0");
  await page.getByRole("button", { name: "Delete…" }).click();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByTestId("compose").waitFor();
  await page.reload();
  await page.getByText("Studies that you create are kept here").waitFor();
  assert.deepEqual(problems, []);
  await close();
});

test("presets say what they come to, dials change it, and wrong documents say why", { timeout: 90_000 }, async () => {
  const { page, problems, close } = await visit(studies());
  const outcome = page.getByTestId("outcome");
  await outcome.getByText("200 cells").waitFor();
  await page.getByRole("radio", { name: /Imbalance sweep/ }).check({ force: true });
  await outcome.getByText("144 cells").waitFor();
  await page.getByRole("spinbutton", { name: "Seeds" }).fill("1");
  await page.getByRole("spinbutton", { name: "Seeds" }).press("Enter");
  await page.getByLabel("Image size").fill("16");
  await page.getByLabel("Image size").press("Enter");
  await page.getByLabel("Steps").fill("10");
  await page.getByLabel("Steps").press("Enter");
  await outcome.getByText("48 cells").waitFor();
  await outcome.getByText("on one processor of this machine").waitFor({ timeout: 60_000 });
  assert.deepEqual(await violations(page), []);
  await page.getByText("The document", { exact: true }).click();
  await page.locator("#document").fill('{"grid": {"colours": 3}}');
  await page.getByRole("alert").getByText("unknown field `colours`").waitFor();
  assert.ok(await page.getByRole("button", { name: "Create study" }).isDisabled());
  assert.deepEqual(problems, []);
  await close();
});
