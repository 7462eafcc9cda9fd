// The built folder works below any path, and without a network after the first visit.
import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { launch, open } from "./lib/browser.mjs";
import { address, TINY } from "./lib/experiment.mjs";
import { discs } from "./lib/images.mjs";
import { engineBackend, importFiles, waitForStep } from "./lib/page.mjs";
import { serveStatic } from "./lib/static.mjs";
import { WWW } from "./lib/www.mjs";

const PATH = "/a/b/";
/** Nobody waits for the page to have been quiet for five seconds. */
const register = (page) =>
  page.evaluate(async () => {
    const { href } = document.querySelector("link[rel=manifest]");
    const registration = await navigator.serviceWorker.register(new URL("service-worker.js", href));
    await navigator.serviceWorker.ready;
    return registration.scope;
  });
const step = (page) => page.getByRole("button", { name: "Step", exact: true }).click();

let browser;
before(async () => (browser = await launch({ webgpu: false })));
after(() => browser?.close());

test("every page, worker and package is found below a path", { timeout: 120_000 }, async () => {
  const server = await serveStatic({ path: PATH });
  const { page, problems, close } = await open(browser, `${address(server.url, TINY, "cpu")}&play=no`);
  await engineBackend(page);
  await step(page);
  await waitForStep(page, 1);
  await importFiles(page, discs(3));
  await page.getByTestId("import-preview").waitFor();
  await page.goto(`${server.url}?lesson=who-pushes&backend=cpu`);
  await page.getByTestId("lesson").waitFor();
  await page.goto(server.url);
  await page.getByRole("link", { name: "Loss bench" }).click();
  await page.waitForURL(`${server.url}losses/`);
  await page.locator("canvas, svg[role=img]").first().waitFor();
  const manifest = await page.evaluate(async () => {
    const { href } = document.querySelector("link[rel=manifest]");
    const response = await fetch(href);
    const { icons, start_url: start } = await response.json();
    return { start: new URL(start, href).href, icons: icons.map(({ src }) => new URL(src, href).href) };
  });
  assert.equal(manifest.start, server.url);
  for (const icon of manifest.icons) assert.equal((await fetch(icon)).status, 200, icon);
  assert.deepEqual(problems, []);
  assert.deepEqual(server.missed, []);
  await close();
  await server.close();
});

test("opens and trains without a network after one visit", { timeout: 120_000 }, async () => {
  const server = await serveStatic({ path: PATH });
  const visit = `${address(server.url, TINY, "cpu")}&play=no`;
  const { page, problems, close } = await open(browser, visit, { serviceWorkers: "allow" });
  await engineBackend(page);
  assert.equal(await register(page), server.url, "its scope is the site");
  await page.context().setOffline(true);
  await server.close();
  await page.reload();
  await engineBackend(page);
  await step(page);
  await waitForStep(page, 1);
  await importFiles(page, discs(3));
  await page.getByTestId("import-preview").waitFor();
  await page.goto(`${server.url}losses/`);
  await page.locator("canvas, svg[role=img]").first().waitFor();
  assert.deepEqual(problems, []);
  await close();
});

test("a new version is seen at the next visit, and a tab of the old one still works", { timeout: 120_000 }, async () => {
  const root = await mkdtemp(join(tmpdir(), "losscope-site-"));
  await cp(join(WWW, "dist"), root, { recursive: true });
  const server = await serveStatic({ root, path: PATH });
  const { page, problems, close } = await open(browser, `${server.url}losses/`, { serviceWorkers: "allow" });
  await register(page);
  const caches = () => page.evaluate(() => caches.keys());
  const [first] = await caches();

  for (const [name, change] of [
    ["losses/index.html", (text) => text.replace("<body", '<body data-version="next"')],
    ["service-worker.js", (text) => text.replace(/VERSION = "[^"]*"/, 'VERSION = "next"')],
  ]) {
    await writeFile(join(root, name), change(await readFile(join(root, name), "utf8")));
  }
  await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    await Promise.all([
      new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true })),
      registration.update(),
    ]);
  });
  const names = await caches();
  assert.equal(names.length, 2);
  assert.ok(names.includes(first), "what the open tab may still ask for is kept");
  await page.reload();
  assert.equal(await page.locator("body").getAttribute("data-version"), "next");
  await page.context().setOffline(true);
  await page.reload();
  assert.equal(await page.locator("body").getAttribute("data-version"), "next");
  assert.deepEqual(problems, []);
  await close();
  await server.close();
  await rm(root, { recursive: true });
});
