// From opening the page to something that learns.
import { launch, open } from "../lib/browser.mjs";
import { markdownTable, median } from "./numbers.mjs";

const VISITS = 5;

/** Milliseconds from the start of navigation to the first step and to the pictures of all lanes, visit by visit. */
async function visit(context, url) {
  const page = await context.newPage();
  await page.goto(url);
  const drawn = await page.waitForFunction(
    () => {
      const counter = document.querySelector("[data-testid=step-counter]");
      if (counter && /Step [1-9]/.test(counter.textContent)) window.firstStep ??= performance.now();
      const canvases = [...document.querySelectorAll("[data-testid=lanes] canvas[role=img]")];
      const there = (canvas) => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some((value) => value > 0);
      if (canvases.length >= 4 && canvases.every(there)) window.firstPictures ??= performance.now();
      return window.firstStep && window.firstPictures ? [window.firstStep, window.firstPictures] : null;
    },
    null,
    { timeout: 120_000, polling: "raf" },
  );
  const [step, pictures] = await drawn.jsonValue();
  await page.close();
  return { step, pictures };
}

export async function measureStart(url) {
  const browser = await launch({ webgpu: false });
  try {
    // One profile: the first visit fills its caches.
    const { page, close } = await open(browser, `${url}losses/`);
    const visits = [];
    for (let i = 0; i < VISITS; i += 1) visits.push(await visit(page.context(), url));
    await close();
    const [cold, ...warm] = visits;
    const row = (name, { step, pictures }) => [name, Math.round(step), Math.round(pictures)];
    const typical = { step: median(warm.map(({ step }) => step)), pictures: median(warm.map(({ pictures }) => pictures)) };
    const markdown = markdownTable(
      ["ms from opening the page to", "first step of all lanes", "pictures of all lanes"],
      [row("first visit", cold), row(`later visits (median of ${warm.length})`, typical)],
    );
    return { markdown, visits };
  } finally {
    await browser.close();
  }
}
