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
  const wordless = (expression) =>
    lanes.reduce((text, name, lane) => {
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

/** Lanes are called by their losses where a lesson does not name them. */
function inNumbers(lesson) {
  const kinds = lesson.experiment.losses.map(({ kind }) => kind);
  const byKind = kinds.every((kind, lane) => kinds.indexOf(kind) === lane) ? deeds({ ...lesson, lanes: kinds }) : null;
  return byKind;
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
