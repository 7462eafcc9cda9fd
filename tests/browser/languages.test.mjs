// The page in other languages: every text is a message, every message is in every language, and pages hold them.
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { violations } from "./lib/axe.mjs";
import { TINY, address } from "./lib/experiment.mjs";
import { serveAndLaunch } from "./lib/fixture.mjs";
import { currentStep, engineBackend, waitForStep } from "./lib/page.mjs";
import { untranslated } from "./lib/untranslated.mjs";
import { importFromWww } from "./lib/www.mjs";

const { url, visit } = serveAndLaunch({ webgpu: false });

const SOURCES = fileURLToPath(new URL("../../www/src/", import.meta.url));
const LANGUAGES = ["en", "de", "fr"];
const OTHERS = ["de", "fr"];
const PAGES = ["", "losses/", "studies/", "apply/"];

/** The messages of a language: each by `area.name`. */
async function messages(language) {
  const folder = `${SOURCES}i18n/messages/${language}/`;
  const files = (await readdir(folder)).filter((name) => name.endsWith(".json"));
  const areas = await Promise.all(
    files.map(async (name) => {
      const area = JSON.parse(await readFile(folder + name, "utf8"));
      return Object.entries(area).map(([key, text]) => [`${name.replace(/\.json$/, "")}.${key}`, text]);
    }),
  );
  return new Map(areas.flat());
}

/** What an English sentence writes in another form than other languages, which are given both. */
const FORMS = { lower: "label", lane: "name" };

/** Names of a parsed message's arguments and tags, whatever their order. */
function holes(elements, found = new Set()) {
  for (const element of elements) {
    if (typeof element.value === "string" && element.type !== 0) found.add(`${element.type === 8 ? "<" : "{"}${FORMS[element.value] ?? element.value}`);
    for (const option of Object.values(element.options ?? {})) holes(option.value, found);
    holes(element.children ?? [], found);
  }
  return found;
}

async function sources(folder = SOURCES) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && /\.(svelte|ts)$/.test(entry.name));
  return (await Promise.all(files.map((file) => readFile(`${file.parentPath ?? file.path}/${file.name}`, "utf8")))).join("\n");
}

test("every message is in every language, with the same places in it", async () => {
  const { IntlMessageFormat } = await importFromWww("intl-messageformat");
  const english = await messages("en");
  assert.ok(english.size > 300, `${english.size} messages`);
  for (const language of OTHERS) {
    const own = await messages(language);
    assert.deepEqual([...own.keys()].sort(), [...english.keys()].sort(), language);
    for (const [key, text] of own) {
      const parse = (message) => new IntlMessageFormat(message, language).getAst();
      assert.deepEqual([...holes(parse(text))].sort(), [...holes(parse(english.get(key)))].sort(), `${key} in ${language}: ${text}`);
    }
  }
});

test("no message is left over", async () => {
  const code = await sources();
  const prefixes = [...code.matchAll(/`([a-z]+\.[^`$]*)\$\{/gi)].map(([, prefix]) => prefix);
  const used = (key) => code.includes(`"${key}"`) || code.includes(`'${key}'`) || code.includes(`\`${key}\``) || prefixes.some((prefix) => key.startsWith(prefix));
  assert.deepEqual([...(await messages("en")).keys()].filter((key) => !used(key)), []);
});

for (const page of PAGES) {
  test(`nothing on /${page} is outside of the messages`, { timeout: 60_000 }, async () => {
    const { page: tab, problems, close } = await visit(`${url()}${page}?lang=pseudo&backend=cpu`);
    await tab.getByRole("main").first().waitFor();
    if (page === "") {
      await engineBackend(tab);
      await waitForStep(tab, 5);
    }
    await tab.waitForTimeout(1000);
    assert.deepEqual(await untranslated(tab), []);
    assert.deepEqual(problems, []);
    await close();
  });
}

for (const language of OTHERS) {
  test(`every page speaks ${language}, and nothing stands out of it`, { timeout: 120_000 }, async () => {
    for (const page of PAGES) {
      const { page: tab, problems, close } = await visit(`${url()}${page}?lang=${language}&backend=cpu`, { viewport: { width: 1440, height: 900 } });
      await tab.getByRole("main").first().waitFor();
      if (page === "") await engineBackend(tab);
      assert.equal(await tab.locator("html").getAttribute("lang"), language);
      assert.deepEqual(await violations(tab), []);
      for (const width of [1440, 390, 320]) {
        await tab.setViewportSize({ width, height: 800 });
        // The page lays itself out anew for another width.
        const over = () => tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        for (let tries = 0; tries < 20 && (await over()) > 0; tries += 1) await tab.waitForTimeout(100);
        assert.ok((await over()) <= 0, `/${page} in ${language} is ${await over()} pixels wider than ${width}`);
      }
      assert.deepEqual(problems, []);
      await close();
    }
  });
}

test("a language that cannot be fetched is said, and the page is English in every respect", { timeout: 60_000 }, async () => {
  for (const page of PAGES) {
    const { page: tab, close } = await visit("about:blank");
    await tab.route(/\/assets\/de-[^/]*\.js/, (route) => route.abort());
    await tab.goto(`${url()}${page}?lang=de&backend=cpu`);
    await tab.getByText("Deutsch could not be fetched, so this page speaks English.").waitFor();
    assert.equal(await tab.locator("html").getAttribute("lang"), "en-GB");
    await tab.unroute(/\/assets\/de-[^/]*\.js/);
    await tab.getByRole("button", { name: "Try again" }).click();
    await tab.locator("html[lang=de]").waitFor();
    await close();
  }
});

test("another language is chosen, remembered, and the run goes on", { timeout: 120_000 }, async () => {
  const endless = { ...TINY, training: { ...TINY.training, steps: 100_000 } };
  const { page, problems, close } = await visit(address(url(), endless, "cpu"), { viewport: { width: 1440, height: 900 } });
  await engineBackend(page);
  await page.getByRole("button", { name: "Play", exact: true }).click();
  const before = await waitForStep(page, 50);
  await page.getByLabel("Language").selectOption("fr");
  await page.locator("html[lang=fr]").waitFor();
  await engineBackend(page);
  await page.waitForFunction(() => /\d/.test(document.querySelector("[data-testid=step-counter]")?.textContent ?? ""));
  assert.ok((await currentStep(page)) >= before, "the run began again");
  // The other pages speak it too.
  await page.goto(`${url()}losses/`);
  await page.locator("html[lang=fr]").waitFor();
  await page.getByRole("link", { name: "Études" }).waitFor();
  assert.deepEqual(problems, []);
  await close();
});
