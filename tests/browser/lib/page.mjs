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
