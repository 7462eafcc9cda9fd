// The page as a user has it: its controls and the numbers it shows.
//
// What the page promises these tests:
// - one button named "Play" or "Pause";
// - `data-testid="step-counter"` with the text "Step 12 of 300";
// - `data-testid="adapter-badge"` with what the engine runs on in `data-backend`, once it runs;
// - `data-testid="results"` around the Results table: a row (`tr`) for each lane, whose cells carry
//   `data-key` (what it is) and `data-value` (the number in full, empty where it is undefined).
import { setTimeout as sleep } from "node:timers/promises";

/** Waits until the engine runs, and returns what it runs on: "webgpu" or "cpu". */
export async function engineBackend(page, { timeout = 120_000 } = {}) {
  const badge = page.locator("[data-testid=adapter-badge][data-backend]");
  await badge.waitFor({ timeout });
  return badge.getAttribute("data-backend");
}

/** Presses Play as soon as the engine is ready for it. */
export async function play(page, { timeout = 60_000 } = {}) {
  await page.getByRole("button", { name: "Play", exact: true }).click({ timeout });
}

/** Presses Pause. */
export async function pause(page) {
  await page.getByRole("button", { name: "Pause", exact: true }).click();
}

/** The step on the screen. */
export async function currentStep(page) {
  const text = await page.getByTestId("step-counter").innerText();
  const number = /\d+/.exec(text);
  if (number === null) throw new Error(`The step counter shows no number: "${text}".`);
  return Number(number[0]);
}

/** Waits until the page has trained to this step, and returns the step it shows then. */
export async function waitForStep(page, step, { timeout = 120_000 } = {}) {
  const deadline = Date.now() + timeout;
  for (;;) {
    const now = await currentStep(page);
    if (now >= step) return now;
    if (Date.now() > deadline) throw new Error(`After ${timeout / 1000} s the page is at step ${now}, not at ${step}.`);
    await sleep(100);
  }
}

/**
 * The Results table: for each row the cells' numbers by key, null where undefined. A cell that is
 * not a number (a lane's name) is left out.
 * @returns {Promise<Record<string, number | null>[]>}
 */
export async function readResults(page) {
  const rows = await page
    .getByTestId("results")
    .locator("tr:has([data-key])")
    .evaluateAll((rows) =>
      rows.map((row) => [...row.querySelectorAll("[data-key][data-value]")].map(({ dataset }) => [dataset.key, dataset.value])),
    );
  return rows.map((cells) =>
    Object.fromEntries(cells.map(([key, value]) => [key, value === "" ? null : Number(value)])),
  );
}

/** Waits until every lane's scores are those of this step, and returns the results. */
export async function waitForEvaluation(page, step, { timeout = 120_000 } = {}) {
  await page.waitForFunction(
    (step) => {
      const rows = [...document.querySelectorAll("[data-testid=results] tr[data-evaluated]")];
      return rows.length > 0 && rows.every((row) => row.dataset.evaluated === String(step));
    },
    step,
    { timeout },
  );
  return readResults(page);
}

/** Opens the import, if it is not open, and gives it files. `size` is the working size to choose. */
export async function importFiles(page, files, { size } = {}) {
  const panel = page.getByTestId("import-panel");
  if (!(await panel.isVisible())) {
    const settings = page.getByRole("button", { name: "Data and training" });
    if (await settings.isVisible()) await settings.click();
    await page.getByRole("button", { name: "Import your own…" }).click();
    await panel.waitFor();
  }
  if (size !== undefined) await panel.getByRole("radiogroup", { name: "Working size" }).getByRole("radio", { name: size, exact: true }).check();
  await page.getByTestId("import-files").setInputFiles(files);
}

/** The pixels of the lanes' pictures, four a lane, once all are drawn. */
export async function readPictures(page, lanes, { timeout = 240_000 } = {}) {
  const canvases = page.getByTestId("lanes").locator("canvas[role=img]");
  await page.waitForFunction(
    (count) => {
      const canvases = [...document.querySelectorAll("[data-testid=lanes] canvas[role=img]")];
      const drawn = (canvas) => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some((value) => value > 0);
      return canvases.length === count && canvases.every(drawn);
    },
    4 * lanes,
    { timeout },
  );
  // As text, which crosses to the test many times faster than lists of numbers.
  const pictures = await canvases.evaluateAll((all) =>
    all.map((canvas) => {
      const { width, height, data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      const rows = [];
      for (let at = 0; at < data.length; at += 4 * width) rows.push(String.fromCharCode(...data.subarray(at, at + 4 * width)));
      return { width, height, latin1: rows.join("") };
    }),
  );
  return pictures.map(({ width, height, latin1 }) => ({ width, height, rgba: Buffer.from(latin1, "latin1") }));
}

/** Trains on what was just imported; returns when the lanes are at step 0 of it. */
export async function trainOnImport(page) {
  await page.getByRole("button", { name: /^Train on these/ }).click();
  await page.getByText("every lane starts again").first().waitFor();
}
