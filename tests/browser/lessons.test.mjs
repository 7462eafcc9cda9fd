// Every lesson plays: its questions are answered, its run reaches where it should, its last sentence is filled.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test } from "node:test";

import { serveAndLaunch } from "./lib/fixture.mjs";
import { playLesson } from "./lib/lesson.mjs";

const FOLDER = fileURLToPath(new URL("../../www/src/lessons/content/", import.meta.url));
const NAMES = readdirSync(FOLDER).map((name) => name.replace(/\.md$/, ""));

const { url, visit } = serveAndLaunch({ webgpu: false });

for (const name of NAMES) {
  test(`the lesson ${name} plays to its end`, { timeout: 180_000 }, async () => {
    const { page, problems, close } = await visit(`${url()}?backend=cpu&lesson=${name}`);
    const { verdicts, last } = await playLesson(page);
    assert.ok(verdicts.length > 0, "a lesson asks for a prediction");
    for (const words of verdicts) assert.match(words, /^You predicted/, "the run answers the question");
    assert.match(last, /\d/, "the last page speaks of the run’s own numbers");
    assert.doesNotMatch(last, /[{}]|–(?:[\s.,]|$)/, "every place of the last page is filled");
    assert.deepEqual(problems, []);
    await close();
  });
}
