// The npm package: its example works in a page of its own, and its types are those of its code.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";

import { violations } from "./lib/axe.mjs";
import { launch, open } from "./lib/browser.mjs";
import { currentStep } from "./lib/page.mjs";
import { serveStatic } from "./lib/static.mjs";
import { WWW } from "./lib/www.mjs";

const PACKAGE = join(WWW, "package");

let server;
let browser;
before(async () => {
  server = await serveStatic({ root: PACKAGE, path: "/node_modules/losscope/" });
  browser = await launch({ webgpu: false });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

test("the example shows a lab, and trains three steps without the page", { timeout: 120_000 }, async () => {
  const { page, problems, close } = await open(browser, `${server.url}examples/embed.html`, { viewport: { width: 1280, height: 1400 } });
  const rows = page.locator("#steps tr");
  await rows.nth(2).waitFor();
  const numbers = await rows.evaluateAll((all) =>
    all.map((row) => [...row.cells].map((cell) => Number.parseFloat(cell.textContent))),
  );
  assert.deepEqual(
    numbers.map(([step]) => step),
    [1, 2, 3],
  );
  for (const [, ce, dice, share] of numbers) {
    assert.ok(ce > 0 && dice > 0 && share > 0 && share < 100, `${ce}, ${dice}, ${share}`);
  }
  assert.notEqual(numbers[0][1], numbers[2][1], "the weights change");

  const lab = page.locator("losscope-lab");
  const frame = await (await lab.evaluateHandle((it) => it.shadowRoot.querySelector("iframe"))).contentFrame();
  await frame.locator("[data-testid=adapter-badge][data-backend]").waitFor({ state: "attached" });
  assert.equal(await frame.getByTestId("results").isVisible(), false, "what is hidden is not there");
  assert.equal(await currentStep(frame), 0, "it waits for Play");
  await frame.getByRole("button", { name: "Step", exact: true }).click();
  await frame.getByText("Step 1 of").waitFor();
  assert.deepEqual(await frame.getByTestId("lanes").getByRole("heading", { level: 2 }).allInnerTexts(), [
    "Cross entropy",
    "Dice",
  ]);
  assert.deepEqual(await violations(page), []);

  await lab.evaluate((it) => {
    it.removeAttribute("experiment");
    it.setAttribute("lesson", "who-pushes");
  });
  await lab.evaluateHandle((it) => it.shadowRoot.querySelector("iframe")).then((it) => it.contentFrame());
  await page.frameLocator("losscope-lab iframe").getByTestId("lesson").waitFor();
  assert.deepEqual(problems, []);
  assert.deepEqual(server.missed, []);
  await close();
});

test("the engine says what is wrong with a document, and goes on", { timeout: 60_000 }, async () => {
  const { page, problems, close } = await open(browser, `${server.url}docs/`);
  const said = await page.evaluate(async (module) => {
    const { Engine } = await import(module);
    const engine = await Engine.create({ backend: "cpu" });
    const refused = await engine
      .configure({ data: { source: "synthetic", colour: "blue" } })
      .catch(({ message }) => message);
    const { lanes, experiment } = await engine.configure({
      data: { source: "synthetic", size: 16, count: 12 },
      network: { base_channels: 4, depth: 1 },
      losses: [{ kind: "tversky", delta: 0.9 }],
    });
    const reports = await engine.train(3);
    const weights = await engine.weights(lanes[0].id);
    engine.dispose();
    const late = await engine.step().catch(({ message }) => message);
    return {
      refused,
      steps: reports.map(({ step }) => step),
      delta: experiment.losses[0].delta,
      weights: weights.length,
      late,
    };
  }, `${server.url}embed/engine.js`);
  assert.match(said.refused, /colour/);
  assert.deepEqual(said.steps, [1, 2, 3]);
  assert.equal(said.delta, 0.9);
  assert.ok(said.weights > 1000);
  assert.equal(said.late, "The engine was stopped.");
  assert.deepEqual(problems, []);
  await close();
});

test("its types compile in another project, and refuse what is wrong", { timeout: 60_000 }, async () => {
  const project = await mkdtemp(join(tmpdir(), "losscope-embed-"));
  await mkdir(join(project, "node_modules"));
  await symlink(PACKAGE, join(project, "node_modules/losscope"), "dir");
  const source = `
    import { Engine, type StepReport } from "losscope";
    import "losscope/lab";
    const engine = await Engine.create({ backend: "cpu" });
    await engine.configure({ training: { steps: 10 }, losses: [{ kind: "tversky", delta: 0.9 }] });
    const reports: StepReport[] = await engine.train(3);
    const loss: number | undefined = reports[0]?.loss;
    document.createElement("losscope-lab").address.trim();
    engine.on("pictures", ([first]) => first?.pictures.gradient.rgba);
    // @ts-expect-error: steps are a number
    await engine.configure({ training: { steps: "ten" } });
    // @ts-expect-error: there is no such event
    engine.on("steps", () => loss);
  `;
  await writeFile(join(project, "main.mts"), source);
  const options = ["--noEmit", "--strict", "--target", "es2022", "--module", "nodenext", "--lib", "es2022,dom"];
  const tsc = join(WWW, "node_modules/typescript/bin/tsc");
  await promisify(execFile)(process.execPath, [tsc, ...options, "main.mts"], { cwd: project }).catch(({ stdout }) =>
    assert.fail(stdout),
  );
  await rm(project, { recursive: true });
});
