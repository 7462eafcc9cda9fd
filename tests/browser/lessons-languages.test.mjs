// A translated lesson differs from the English one in its words alone, and is what a page in that language shows.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";

import { serveAndLaunch } from "./lib/fixture.mjs";
import { openSource } from "./lib/source.mjs";

const LESSONS = new URL("../../www/src/lessons/", import.meta.url);
const TRANSLATED = readdirSync(new URL("translations/", LESSONS)).flatMap((language) =>
  readdirSync(new URL(`translations/${language}/`, LESSONS)).map((file) => ({ language, file })),
);
const EXAMPLE = readFileSync(new URL("../../www/public/lessons/example.md", import.meta.url), "utf8");
const PLACE = /\{([^{}]+)\}/g;

const { url, visit } = serveAndLaunch({ webgpu: false });
let source;
let parseLesson;
before(async () => {
  source = await openSource();
  ({ parseLesson } = await source.load("lessons/parse.ts"));
});
after(() => source.close());

/** What a lesson does: all but its words. Of these, in any order, the run's numbers in them, and the digits. */
function deeds({ language, title, summary, lanes, source, pages, ...rest }) {
  // A lane is called by its name, or else by its loss.
  const names = [...lanes.entries(), ...rest.experiment.losses.map(({ kind }, lane) => [lane, kind])];
  const wordless = (expression) =>
    names.reduce((text, [lane, name]) => {
      const called = new RegExp(`(?<= of )(?:"${name}"|${name}(?![\\w"]))`, "g");
      return text.replaceAll(called, `lane ${lane + 1}`);
    }, ` ${expression}`);
  const kept = (words) => ({
    numbers: [...words.matchAll(PLACE)].map(([, inside]) => wordless(inside)).sort(),
    digits: (words.replaceAll(PLACE, "").match(/\d+/g) ?? []).sort(),
  });
  const asked = ({ question, why, choices, answer, ...other }) => ({
    ...other,
    question: kept(question),
    why: kept(why),
    answer: answer && wordless(answer.text),
    choices: choices?.map(({ text, holds }) => ({ text: kept(text), holds: wordless(holds.text) })),
  });
  return {
    ...rest,
    pages: pages.map(({ title, text, predict, complete, expressions, ...other }) => ({
      ...other,
      title: kept(title),
      text: kept(text),
      predict: predict && asked(predict),
      complete: complete && wordless(complete.text),
    })),
  };
}

test("a translated lesson does what the English one does", () => {
  assert.ok(TRANSLATED.length > 0);
  for (const { language, file } of TRANSLATED) {
    const read = (path) => parseLesson(readFileSync(new URL(path, LESSONS), "utf8"), file.replace(/\.md$/, ""));
    const [english, translated] = [read(`content/${file}`), read(`translations/${language}/${file}`)];
    assert.equal(english.language, "en", file);
    assert.equal(translated.language, language, file);
    assert.deepEqual(deeds(translated), deeds(english), `${language}/${file}`);
  }
});

test("a page that speaks German has the lessons in German", { timeout: 60_000 }, async () => {
  const { page, problems, close } = await visit(`${url()}?backend=cpu&lang=de&lesson=who-pushes`);
  const lesson = page.getByTestId("lesson");
  await page.locator("h2[lang=de]", { hasText: "Achtundneunzig zu zwei" }).waitFor();
  await lesson.getByRole("button", { name: "Weiter" }).click();
  await lesson.getByTestId("question").getByText("vom gesamten Schub").waitFor();
  await page.locator("button[data-part=lessons]").click();
  const list = page.getByTestId("lessons");
  await list.getByText("Warum die Genauigkeit täuscht").waitFor();
  assert.equal(await list.locator("li [lang=en]").count(), 0, "all lessons are translated");
  assert.deepEqual(problems, []);
  await close();
});

test("a file says what language it is in", { timeout: 60_000 }, async () => {
  const { page, problems, close } = await visit(`${url()}?backend=cpu&lang=fr&play=no`);
  await page.locator("button[data-part=lessons]").click();
  const list = page.getByTestId("lessons");
  const open = (words) =>
    list.locator("input[type=file]").setInputFiles({ name: "mine.md", mimeType: "text/markdown", buffer: Buffer.from(words) });
  await list.getByText("Pourquoi l’exactitude trompe").waitFor();
  await open(EXAMPLE.replace("minutes:", "language: Deutsch!\nminutes:"));
  await list.getByText("« mine.md » n’a pas été ouvert. Ligne 3 : « language » : ").waitFor();
  await open(EXAMPLE.replace("minutes:", "language: en-us\nminutes:"));
  await page.locator("h2[lang=en-US]", { hasText: "Small steps" }).waitFor();
  assert.deepEqual(problems, []);
  await close();
});

test("a lesson whose translation cannot be had is in English, and says so", { timeout: 60_000 }, async () => {
  const { page, close } = await visit(`${url()}?backend=cpu&play=no`);
  await page.route(/\/accuracy-[^/]*\.js$/, (route) => route.abort());
  await page.goto(`${url()}?backend=cpu&lang=de&lesson=accuracy`);
  await page.locator("h2[lang=en]", { hasText: "A lazy answer" }).waitFor();
  await page.getByTestId("lesson").getByRole("button", { name: "Weiter" }).waitFor();
  await close();
});
