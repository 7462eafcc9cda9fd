// Links: what is put into one comes out again, and those of version 1 open for ever.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";

import { violations } from "./lib/axe.mjs";
import { SMALL, address } from "./lib/experiment.mjs";
import { serveAndLaunch } from "./lib/fixture.mjs";
import { currentStep, engineBackend } from "./lib/page.mjs";
import { openSource, startEngine } from "./lib/source.mjs";

const { url, visit } = serveAndLaunch({ webgpu: false });
let source;
let engine;
before(async () => {
  source = await openSource();
  engine = await startEngine();
});
after(() => source?.close());

/** Mulberry32: the same numbers in every run. */
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** An experiment of which any field may be given or left to its default. */
function anyExperiment(next, catalogue) {
  const pick = (list) => list[Math.floor(next() * list.length)];
  const between = (low, high, digits = 2) => Number((low + next() * (high - low)).toFixed(digits));
  const some = (fields) => Object.fromEntries(Object.entries(fields).filter(() => next() < 0.5));
  const volume = next() < 0.2;
  const losses = Array.from({ length: 1 + Math.floor(next() * 3) }, () => {
    const { kind, parameters } = pick(catalogue.filter(({ kind }) => kind !== "formula"));
    const values = parameters.map(({ name, min, max, step, choices }) => {
      const whole = choices.length > 0 || step >= 1;
      return [name, between(min, max, whole ? 0 : 2)];
    });
    return { kind, ...some(Object.fromEntries(values)) };
  });
  return {
    ...some({ seed: Math.floor(next() * 2 ** 32), data_seed: 11 }),
    data: {
      source: "synthetic",
      family: volume ? "brain" : pick(["polyp", "vessel", "ultrasound"]),
      size: 16,
      count: 6,
      ...(volume ? { depth: 4 } : {}),
      ...some({ foreground: between(0.01, 0.12), noise: between(0, 0.3), empty: between(0, 0.5), split: [0.5, 0.25, 0.25] }),
    },
    network: { depth: 1, ...(volume ? { dims: 3 } : {}), ...some({ base_channels: 4, norm: pick(["none", "instance", "group"]), upsampling: "nearest" }) },
    ...some({
      optimiser: some({ kind: "sgd", learning_rate: between(0.001, 0.1, 4), momentum: 0.9 }),
      training: some({ batch_size: 2, steps: 40, evaluate_every: 5 }),
      augmentation: some({ rotation: 10, mirror: true }),
      losses,
    }),
  };
}

test("random experiments come back from a link as they went in", { timeout: 120_000 }, async () => {
  const [{ shortened, queryOf, merged }, { askedFor }, { FIRST_LOOK }] = await Promise.all(
    ["lib/share.ts", "lib/address.ts", "state/look.ts"].map((path) => source.load(path)),
  );
  const defaults = engine.default_experiment();
  const catalogue = engine.catalogue();
  const plain = (value) => JSON.parse(JSON.stringify(value));
  for (let seed = 1; seed <= 60; seed += 1) {
    const asked = anyExperiment(random(seed), catalogue);
    const { experiment } = await engine.configure(asked);
    const short = shortened(experiment, defaults, catalogue);
    const look = { ...FIRST_LOOK, ...(seed % 3 === 0 ? { shared_scale: false } : {}), ...(seed % 4 === 0 ? { axis: "coronal", slice: 2 } : {}) };
    const shared = { experiment: short, look, image: seed % 2, lesson: null, page: 0, steps: seed % 5 === 0 ? seed : null, play: seed % 7 === 0, hide: seed % 2 ? ["data", "time"] : [], present: seed % 6 === 0 };
    const query = queryOf(shared);
    const back = askedFor(query);
    assert.equal(back.problem, null, query);
    const again = await engine.configure(JSON.parse(back.experiment));
    assert.deepEqual(plain(again.experiment), plain(experiment), query);
    if (experiment.losses.length === defaults.losses.length) {
      const { losses: _, ...rest } = short;
      assert.deepEqual({ ...merged(plain(defaults), rest), losses: null }, { ...plain(experiment), losses: null }, "the page's own idea of the defaults");
    }
    const { image, steps, hide, present, look: seen } = back;
    assert.deepEqual({ image, steps, hide, present }, { image: shared.image, steps: shared.steps, hide: shared.hide, present: shared.present });
    assert.deepEqual({ ...FIRST_LOOK, ...seen }, look);
    assert.equal(back.play, steps === null && shared.play ? true : null);
  }
});

const OLD = JSON.parse(readFileSync(new URL("fixtures/links-v1.json", import.meta.url), "utf8"));
for (const { name, query, finds } of OLD) {
  test(`an old link still opens: ${name}`, { timeout: 60_000 }, async () => {
    const { page, problems, close } = await visit(`${url()}${query}`);
    for (const selector of finds.visible) await page.locator(selector).first().waitFor({ timeout: 30_000 });
    for (const selector of finds.hidden ?? []) assert.equal(await page.locator(selector).first().isVisible(), false, selector);
    if (finds.step !== undefined) {
      await page.waitForFunction((step) => Number(/\d+/.exec(document.querySelector("[data-testid=step-counter]")?.textContent ?? "")?.[0]) >= step, finds.step);
      await page.getByRole("button", { name: "Play", exact: true }).waitFor(); // it has stopped there
      assert.equal(await currentStep(page), finds.step);
    }
    assert.deepEqual(problems, []);
    await close();
  });
}

test("sharing gives a link, an iframe and a QR code, and the link leaves out what is hidden", { timeout: 90_000 }, async () => {
  const permissions = ["clipboard-read", "clipboard-write"];
  const { page, problems, close } = await visit(`${address(url(), SMALL)}&hide=charts`, { permissions });
  await engineBackend(page);
  assert.equal(await page.getByRole("heading", { name: "Over the steps" }).isVisible(), false);
  await page.getByRole("button", { name: "Share", exact: true }).click();
  const panel = page.getByTestId("share");
  const link = panel.getByRole("textbox", { name: "Link" });
  await panel.getByRole("switch", { name: "Data and training" }).check();
  const shared = await link.inputValue();
  assert.match(shared, /[?&]v=1&/);
  assert.match(shared, /hide=charts,data/);
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  await panel.getByRole("button", { name: "Copy link" }).click();
  assert.equal(await clipboard(), shared);
  await panel.getByRole("button", { name: "Copy as iframe" }).click();
  await page.waitForFunction(async () => (await navigator.clipboard.readText()).startsWith("<iframe"));
  const frame = await clipboard();
  await panel.getByRole("img", { name: "QR code of the link" }).waitFor();
  assert.deepEqual(await violations(page), []);
  assert.deepEqual(problems, []);

  const src = await page.evaluate((html) => new DOMParser().parseFromString(html, "text/html").querySelector("iframe").src, frame);
  assert.equal(src, shared, "the iframe opens the same");
  await close();
  const other = await visit(`${shared}&backend=cpu`);
  await engineBackend(other.page);
  await other.page.getByText(/^Step 0 of 150$/).waitFor();
  assert.equal(await other.page.getByRole("complementary", { name: "Data and training" }).isVisible(), false);
  assert.deepEqual(other.problems, []);
  await other.close();
});
