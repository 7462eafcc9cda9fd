// The page on WebGPU: it trains there, and its numbers and pictures are those of the CPU.
import assert from "node:assert/strict";
import { test } from "node:test";

import { TINY, address } from "./lib/experiment.mjs";
import { realImages, realPairs } from "./lib/external.mjs";
import { serveAndLaunch } from "./lib/fixture.mjs";
import { discs } from "./lib/images.mjs";
import { engineBackend, importFiles, play, readPictures, readResults, trainOnImport, waitForEvaluation, waitForStep } from "./lib/page.mjs";

const { url, visit } = serveAndLaunch({ webgpu: true });

/** The results and pictures after one step of every kind of loss in two experiments of eight lanes at most. */
async function oneStep(backend, losses) {
  const { page, problems, close } = await visit(address(url(), { ...TINY, losses }, backend));
  assert.equal(await engineBackend(page), backend);
  const pictures = await readPictures(page, losses.length);
  await page.getByRole("button", { name: "Step", exact: true }).click();
  await waitForStep(page, 1);
  const results = await readResults(page);
  assert.deepEqual(problems, []);
  await close();
  return { results, pictures };
}

const KINDS = ["ce", "focal", "dice", "tversky", "focal_tversky", "combo", "sym_unified_focal", "asym_unified_focal"];

test("WebGPU and CPU agree on loss, gradient and pictures", { timeout: 300_000 }, async () => {
  const losses = KINDS.map((kind) => ({ kind }));
  const gpu = await oneStep("webgpu", losses);
  const cpu = await oneStep("cpu", losses);
  for (const [i, kind] of KINDS.entries()) {
    for (const key of ["loss", "gradient_share"]) {
      const [a, b] = [gpu.results[i][key], cpu.results[i][key]];
      assert.ok(Math.abs(a - b) <= 1e-4 + 1e-3 * Math.abs(b), `${key} of ${kind}: ${a} on WebGPU, ${b} on the CPU`);
    }
  }
  // The kernels' twins on the CPU: rounding may move a colour by a level, and a pixel on an edge.
  for (const [i, picture] of gpu.pictures.entries()) {
    const twin = cpu.pictures[i];
    assert.deepEqual([picture.width, picture.height], [twin.width, twin.height]);
    const different = picture.rgba.filter((value, at) => Math.abs(value - twin.rgba[at]) > 3).length;
    const share = different / picture.rgba.length;
    assert.ok(new Set(picture.rgba).size > 2, `picture ${i} is blank`);
    assert.ok(share < 0.005, `picture ${i}: ${(100 * share).toFixed(2)} % of values differ`);
  }
});

test("volumes go to the CPU, and images after them back to the GPU", { timeout: 240_000 }, async () => {
  const volumes = {
    ...TINY,
    data: { source: "synthetic", family: "kidney", size: 16, depth: 8, count: 6, foreground: 0.1 },
    network: { dims: 3, base_channels: 4, depth: 1 },
  };
  const { page, problems, close } = await visit(address(url(), volumes, "webgpu"));
  assert.equal(await engineBackend(page), "cpu");
  await page.getByText(/8 × 16 × 16 voxels/).waitFor();
  await importFiles(page, discs(6), { size: "32" });
  await page.getByTestId("import-preview").getByText("6 pairs").waitFor();
  await trainOnImport(page);
  await page.locator("[data-testid=adapter-badge][data-backend=webgpu]").waitFor({ timeout: 120_000 });
  await page.getByText(/32 × 32 pixels/).waitFor();
  await play(page);
  await waitForStep(page, 1);
  assert.deepEqual(problems, []);
  await close();
});

test("trains on WebGPU, on synthetic and then on imported images", { timeout: 420_000 }, async () => {
  const { page, problems, close } = await visit(address(url(), TINY, "webgpu"));
  assert.equal(await engineBackend(page), "webgpu");
  await play(page);
  await waitForStep(page, 1);
  const first = await readResults(page);
  await waitForStep(page, 60, { timeout: 240_000 });
  const end = await waitForEvaluation(page, 60);
  for (const [i, row] of end.entries()) assert.ok(row.loss < first[i].loss, `row ${i}: ${first[i].loss} to ${row.loss}`);

  const folder = realImages("polypgen");
  const files = folder === null ? discs(9) : realPairs(folder, 9);
  await importFiles(page, files);
  await page.getByTestId("import-preview").getByText("9 pairs").waitFor();
  await trainOnImport(page);
  await play(page).catch(() => undefined); // it goes on by itself if it was playing
  await waitForStep(page, 3, { timeout: 120_000 });
  for (const row of await readResults(page)) assert.ok(Number.isFinite(row.loss));
  assert.deepEqual(problems, []);
  await close();
});
