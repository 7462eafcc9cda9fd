// Tries what the lessons claim over five seeds, with the engine of the page, and writes claims.md: `node docs/lessons/claims.mjs`,
// once `cargo xtask build` has made www/pkg. With names of lessons, only those, and to the screen.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";

import { openSource, startEngine } from "../../tests/browser/lib/source.mjs";

const HERE = new URL("./", import.meta.url);
const SEEDS = [1, 2, 3, 4, 5];
const names = process.argv.slice(2);

const { load, close } = await openSource();
const [{ parseLesson }, { expression }, { experimentOf, variantOf }, { numbersOf }, { foregroundShare }] = await Promise.all(
  ["lessons/parse.ts", "lessons/expression.ts", "lessons/experiment.ts", "lessons/numbers.ts", "state/history.ts"].map(load),
);
const engine = await startEngine();

/** Trains an experiment, and measures it at some steps. */
async function train(experiment, stops) {
  const { lanes, dataset } = await engine.configure(experiment);
  const measured = lanes.map(() => ({ loss: [], foreground: [], evaluations: {} }));
  const lane = (id) => measured[lanes.findIndex((info) => info.id === id)];
  let at = 0;
  for (const stop of stops) {
    for (const report of await engine.step(stop - at)) {
      lane(report.lane).loss[report.step - 1] = Number.isFinite(report.loss) ? report.loss : null;
      lane(report.lane).foreground[report.step - 1] = foregroundShare(report.gradient_share);
    }
    for (const evaluation of await engine.evaluate("validation")) lane(evaluation.lane).evaluations[stop] = evaluation;
    at = stop;
  }
  return { lanes: measured, dataset };
}

/** What a lesson's runs give that begin from this seed: numbers by page. A page's own seeds are others in each `round`. */
async function play(lesson, seed, round) {
  const named = lesson.pages.flatMap(({ expressions }) => expressions.flatMap(({ steps }) => steps));
  const results = [];
  for (const variant of new Set(lesson.pages.map((_, page) => variantOf(lesson, page)))) {
    const pages = lesson.pages.map((page, index) => ({ ...page, index })).filter(({ index, run }) => run !== null && variantOf(lesson, index) === variant);
    if (pages.length === 0) continue;
    const last = Math.max(...pages.map(({ run }) => run));
    const stops = [...new Set([...pages.map(({ run }) => run), ...named.filter((step) => step <= last)])].sort((a, b) => a - b);
    const experiment = { ...experimentOf(lesson, pages[0].index), seed };
    const run = await train(experiment, stops);
    for (const { index, run: step, seeds } of pages) {
      const runs = [];
      for (const own of seeds ?? []) runs.push((await train({ ...experiment, seed: own + 100 * round }, [step])).lanes);
      results[index] = { ...run, step, runs };
    }
  }
  const page = (number) => (results[number - 1] === undefined ? null : numbersOf(results[number - 1]));
  return (number) => numbersOf(results[number - 1], results[number - 1].runs, page);
}

const written = (value) => {
  if (value === null) return "–";
  if (value.type !== "number") return String(value.value);
  if (value.unit === "percent") return `${(100 * value.value).toFixed(1)} %`;
  return Number.isInteger(value.value) ? String(value.value) : value.value.toFixed(value.unit === "loss" ? 3 : 2);
};

/** Writes the experiments of a lesson's runs, as `losscope train` takes them. */
function writeDocuments(name, lesson) {
  for (const [page, { run }] of lesson.pages.entries()) {
    const variant = variantOf(lesson, page);
    if (run === null || (variant >= 0 && variant !== page)) continue;
    const document = { version: 1, seed: 7, ...experimentOf(lesson, page) };
    const file = variant < 0 ? `${name}.json` : `${name}-page-${page + 1}.json`;
    writeFileSync(new URL(file, HERE), `${JSON.stringify(document, null, 2)}\n`);
  }
}

const claims = JSON.parse(readFileSync(new URL("claims.json", HERE), "utf8"));
const folder = new URL("../../www/src/lessons/content/", HERE);
const rows = [];
for (const [name, list] of Object.entries(claims)) {
  if (names.length > 0 && !names.includes(name)) continue;
  const lesson = parseLesson(readFileSync(new URL(`${name}.md`, folder), "utf8"), name);
  const lanes = lesson.experiment.losses.map(({ kind }, lane) => [lesson.lanes[lane], kind].filter((one) => one !== undefined));
  writeDocuments(name, lesson);
  if (process.env.DOCUMENTS_ONLY === "yes") continue;
  const own = lesson.experiment.seed ?? 7;
  const started = performance.now();
  const played = [];
  for (const [round, seed] of [own, ...SEEDS].entries()) played.push(await play(lesson, seed, round));
  console.error(`${name}: ${((performance.now() - started) / 1000 / played.length).toFixed(1)} s a run`);
  for (const { claim, page, holds, show } of list) {
    const evaluate = (text, numbers) => expression(text, lanes).evaluate(numbers(page));
    const held = played.map((numbers) => evaluate(holds, numbers)?.value === true);
    const count = held.slice(1).filter(Boolean).length;
    rows.push(`| ${name} | ${claim} | ${page} | ${held[0] ? "yes" : "**no**"} | ${count} of ${SEEDS.length} |`);
    for (const text of show) {
      const cells = played.map((numbers) => written(evaluate(text, numbers)));
      rows.push(`| | \`${text}\` | | ${cells[0]} | ${cells.slice(1).join(", ")} |`);
    }
  }
}
await close();

const table = ["| lesson | claim, and the numbers it rests on | page | as taught | seeds 1 to 5 |", "|---|---|---|---|---|", ...rows].join("\n");
if (names.length > 0 || process.env.DOCUMENTS_ONLY === "yes") {
  console.log(table);
} else {
  const missing = readdirSync(folder).map((file) => file.replace(/\.md$/, "")).filter((name) => claims[name] === undefined);
  if (missing.length > 0) throw new Error(`claims.json says nothing of ${missing.join(", ")}.`);
  const head = readFileSync(new URL("claims-head.txt", HERE), "utf8");
  writeFileSync(new URL("claims.md", HERE), `${head}\n${table}\n`);
}
process.exit(0);
