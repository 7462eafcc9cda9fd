// The documentation: every link leads somewhere, and its pages are as the rest of the site.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { violations } from "./lib/axe.mjs";
import { launch, open } from "./lib/browser.mjs";
import { serveStatic } from "./lib/static.mjs";
import { WWW } from "./lib/www.mjs";

const DIST = join(WWW, "dist");
const PATH = "/a/b/";
const LESSONS = readdirSync(join(WWW, "src/lessons/content")).map((name) => name.replace(/\.md$/, ""));

let server;
let browser;
before(async () => {
  server = await serveStatic({ path: PATH });
  browser = await launch({ webgpu: false });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** All pages of the documentation, as paths below the site. */
const pages = readdirSync(join(DIST, "docs"), { recursive: true })
  .map((path) => `docs/${path.replaceAll("\\", "/")}`)
  .filter((path) => path.endsWith(".html"));

const unescaped = (text) => text.replaceAll("&amp;", "&").replaceAll("&quot;", '"');
const linksOf = (html) => [...html.matchAll(/\s(?:href|src)="([^"]*)"/g)].map(([, link]) => unescaped(link));
const idsOf = (html) => new Set([...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id));

test("no link is dead, and nothing is loaded from elsewhere", async () => {
  assert.ok(pages.length >= 12, `${pages.length} pages`);
  const found = new Map();
  const get = async (url) => {
    if (!found.has(url)) found.set(url, await fetch(url).then(async (it) => ({ ok: it.ok, text: await it.text() })));
    return found.get(url);
  };
  const dead = [];
  for (const path of pages) {
    const here = new URL(path, server.url);
    const html = readFileSync(join(DIST, path), "utf8");
    const elsewhere = [...html.matchAll(/<(?:script|img|link)\b[^>]*\s(?:href|src)="(?:[a-z]+:)?\/\/[^"]*"/g)];
    assert.deepEqual(elsewhere.map(([tag]) => tag), [], `${path} loads from another site`);
    for (const link of linksOf(html)) {
      const target = new URL(link, here);
      if (target.origin !== here.origin) {
        if (target.protocol !== "https:") dead.push(`${path}: ${link}`);
        continue;
      }
      const lesson = target.searchParams.get("lesson");
      // The site's own by name, others by where they are.
      const there = lesson?.endsWith(".md") ? (await get(new URL(lesson, server.url).href)).ok : LESSONS.includes(lesson);
      if (lesson !== null && !there) dead.push(`${path}: no lesson ${lesson}`);
      const { ok, text } = await get(target.href.replace(/[?#].*$/, ""));
      const anchor = decodeURIComponent(target.hash.slice(1));
      if (!ok || (anchor !== "" && !idsOf(text).has(anchor))) dead.push(`${path}: ${link}`);
    }
  }
  assert.deepEqual(dead, []);
});

test("every page is reached from the first", () => {
  const reached = new Set(["docs/index.html"]);
  for (const path of reached) {
    for (const link of linksOf(readFileSync(join(DIST, path), "utf8"))) {
      const below = new URL(link, `http://site/${path}`).pathname.slice(1);
      if (pages.includes(below)) reached.add(below);
    }
  }
  assert.deepEqual(pages.filter((path) => !reached.has(path)), []);
});

test("formulas are set, and anybody can read it at any width", { timeout: 60_000 }, async () => {
  for (const [path, colorScheme, width] of [
    ["docs/", "light", 1440],
    ["docs/losses.html", "dark", 1440],
    ["docs/study/paper-comparison.html", "light", 320],
    ["docs/study.html", "dark", 320],
  ]) {
    const { page, problems, close } = await open(browser, server.url + path, { colorScheme, viewport: { width, height: 800 } });
    assert.deepEqual(await violations(page), [], path);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(overflow, 0, `${path} scrolls sideways`);
    if (path.endsWith("losses.html")) {
      assert.ok((await page.locator(".katex").count()) > 49);
      assert.equal(await page.getByText(/\\frac|\\sum/).filter({ visible: true }).count(), 0, "a formula is not set");
    }
    assert.deepEqual(problems, []);
    await close();
  }
});

test("the page's help leads to it", { timeout: 60_000 }, async () => {
  const { page, problems, close } = await open(browser, `${server.url}?play=no&backend=cpu`);
  await page.getByRole("button", { name: "Help" }).click();
  await page.getByRole("link", { name: "Documentation" }).click();
  await page.waitForURL(`${server.url}docs/`);
  await page.getByRole("heading", { level: 1, name: "Losscope" }).waitFor();
  assert.deepEqual(problems, []);
  await close();
});
