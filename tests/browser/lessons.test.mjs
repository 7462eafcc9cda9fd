// Every lesson plays: its questions are answered, its run reaches where it should, its last sentence is filled.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { test } from "node:test";

import { violations } from "./lib/axe.mjs";
import { serveAndLaunch } from "./lib/fixture.mjs";
import { playLesson } from "./lib/lesson.mjs";
import { openSource } from "./lib/source.mjs";

const FOLDER = fileURLToPath(new URL("../../www/src/lessons/content/", import.meta.url));
const EXAMPLE = fileURLToPath(new URL("../../www/public/lessons/example.md", import.meta.url));
const NAMES = readdirSync(FOLDER).map((name) => name.replace(/\.md$/, ""));

const { url, visit } = serveAndLaunch({ webgpu: false });

/** Plays what is open, and looks whether it answered from its run. */
async function played(page) {
  const { verdicts, last } = await playLesson(page);
  assert.ok(verdicts.length > 0, "a lesson asks for a prediction");
  for (const words of verdicts) assert.match(words, /^You predicted/, "the run answers the question");
  for (const words of verdicts) assert.doesNotMatch(words, /[{}]|(?<=\s)–(?=[\s.,])/, "every place of the answers is filled");
  assert.match(last, /\d/, "the last page speaks of the run’s own numbers");
  assert.doesNotMatch(last, /[{}]|–(?:[\s.,]|$)/, "every place of the last page is filled");
}

for (const name of NAMES) {
  test(`the lesson ${name} plays to its end`, { timeout: 180_000 }, async () => {
    const { page, problems, close } = await visit(`${url()}?backend=cpu&lesson=${name}`);
    await played(page);
    assert.deepEqual(problems, []);
    await close();
  });
}

test("a lesson of one’s own opens by its address, and by dropping its file", { timeout: 90_000 }, async () => {
  const { page, problems, close } = await visit(`${url()}?backend=cpu&lesson=lessons/example.md`);
  await played(page);
  const lesson = page.getByTestId("lesson");
  await lesson.getByText("Learning rate").first().waitFor(); // the control that it shows
  await lesson.getByRole("button", { name: "Leave the lesson" }).click();
  await lesson.waitFor({ state: "detached" });

  const drop = (files) =>
    page.evaluate((files) => {
      const dataTransfer = new DataTransfer();
      for (const { name, text } of files) dataTransfer.items.add(new File([text], name));
      window.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
    }, files);
  await drop([{ name: "mine.md", text: readFileSync(EXAMPLE, "utf8").replace("Your own first lesson", "Dropped") }]);
  await page.getByRole("region", { name: "Lesson: Dropped" }).waitFor();
  await drop([{ name: "broken.md", text: "---\ntitle: Broken\nminutes: none\n---\n" }]);
  await page.getByText(/“broken.md” was not opened. Line 3: “minutes”: it must be a number/).waitFor();
  await lesson.getByRole("button", { name: "Leave the lesson" }).click();
  await drop([{ name: "notes.md", text: "notes" }, { name: "more.md", text: "more" }]);
  await page.getByTestId("import-panel").waitFor(); // several files are images and their notes
  assert.deepEqual(problems, []);
  await close();
});

for (const viewport of [{ width: 1440, height: 900 }, { width: 390, height: 844 }]) {
  test(`the list and a lesson violate no rule, ${viewport.width} pixels wide`, { timeout: 90_000 }, async () => {
    const colorScheme = viewport.width > 1000 ? "dark" : "light";
    const { page, problems, close } = await visit(`${url()}?backend=cpu&play=no`, { viewport, colorScheme });
    await page.locator("[data-testid=adapter-badge][data-backend]").waitFor();
    await page.getByRole("button", { name: "Lessons", exact: true }).click();
    const list = page.getByTestId("lessons");
    await list.getByRole("listitem").first().waitFor();
    assert.equal(await list.getByRole("listitem").count(), NAMES.length, "all lessons are listed");
    assert.deepEqual(await violations(page), [], "the list");
    await list.getByRole("button", { name: /Why accuracy lies/ }).click();
    await page.getByTestId("question").waitFor();
    assert.deepEqual(await violations(page), [], "a question");
    await page.getByRole("button", { name: "That is my prediction" }).click();
    await page.getByTestId("verdict").getByText(/^You predicted/).waitFor();
    assert.deepEqual(await violations(page), [], "an answer");
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(overflow, 0, "the page scrolls sideways");
    assert.deepEqual(problems, []);
    await close();
  });
}

test("what is wrong with a lesson is said, with its line", async () => {
  const { load, close } = await openSource();
  const { parseLesson } = await load("lessons/parse.ts");
  const front = "---\ntitle: T\nminutes: 1\nsummary: S\nexperiment: { losses: [{ kind: ce }, { kind: dice }] }\n---\n";
  const refused = (file, words) => assert.throws(() => parseLesson(file, "t"), words);
  const page = (block) => `${front}\n## One\n\n\`\`\`page\n${block}\n\`\`\`\n`;
  assert.equal(parseLesson(page("run: 20"), "t").pages.length, 1);
  refused("# no front matter", /Line 1: A lesson begins with a front matter/);
  refused(front, /There are no pages/);
  refused(page("runs: 20"), /Line 11: “runs”: there is no such field/);
  refused(page("highlight: [picture:eror]"), /is no place on the page/);
  refused(page("run: 20\ncomplete: dice of focal > 0.5"), /there is no lane “focal”/);
  refused(page("run: 20\ncomplete: dicee of ce > 0.5"), /“dicee” is nothing that is measured/);
  refused(page("run: 20\ncomplete: dice of ce at 40 > 0.5"), /asks for step 40, but up to this page nothing runs that far/);
  refused(page("run: 20\ncomplete: dice of ce on page 2 > 0.5"), /asks for page 2/);
  refused(page("run: 20\nexperiment: { losses: [] }"), /losses are the same on all pages/);
  refused(`${page("run: 20")}\n{dice of ce as furlongs}`, /“furlongs” is no way to write a number/);
  refused(page("run: 20").replace("kind: dice", "sort: dice"), /its loss 2 has no “kind”/);
  await close();
});
