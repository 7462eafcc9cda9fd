// No view of the page violates a rule that axe can check.
import assert from "node:assert/strict";
import { test } from "node:test";

import { violations } from "./lib/axe.mjs";
import { TINY, address } from "./lib/experiment.mjs";
import { serveAndLaunch } from "./lib/fixture.mjs";
import { discs } from "./lib/images.mjs";
import { engineBackend, importFiles, play, waitForStep } from "./lib/page.mjs";

const { url, visit } = serveAndLaunch({ webgpu: false });

for (const colorScheme of ["light", "dark"]) {
  for (const viewport of [{ width: 1440, height: 900 }, { width: 390, height: 844 }]) {
    test(`${colorScheme}, ${viewport.width} pixels wide`, { timeout: 120_000 }, async () => {
      const { page, problems, close } = await visit(address(url(), TINY), { colorScheme, viewport });
      await engineBackend(page);
      assert.deepEqual(await violations(page), [], "at first");
      await play(page);
      await waitForStep(page, 5);
      assert.deepEqual(await violations(page), [], "while training");
      await importFiles(page, [...discs(3), { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("hello") }]);
      await page.getByTestId("import-preview").waitFor();
      assert.deepEqual(await violations(page), [], "with an import open");
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(overflow, 0, "the page scrolls sideways");
      assert.deepEqual(problems, []);
      await close();
    });
  }
}
