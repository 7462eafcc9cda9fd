// What the page shows of the catalogue of losses is translated, and from the English that the engine has today.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import { WWW } from "./lib/www.mjs";

/** The compiled engine's own catalogue. */
async function engineCatalogue() {
  const engine = await import(pathToFileURL(`${WWW}pkg/cpu/losscope_web.js`).href);
  await engine.default({ module_or_path: await readFile(`${WWW}pkg/cpu/losscope_web_bg.wasm`) });
  return new engine.LossBench().catalogue();
}

/** A source of names, numbers and places only is the same in every language. */
const hasWords = (paper) => /\b(and|as|by|code|convention|without)\b/i.test(paper);

/** Every text that is to be translated, once: where it is, and its English. */
function texts(catalogue) {
  const found = new Map();
  for (const { kind, summary, paper, parameters } of catalogue) {
    found.set(`losses.${kind}.summary: ${summary}`, { english: summary, read: ({ losses }) => losses[kind]?.summary });
    if (hasWords(paper)) found.set(`losses.${kind}.paper: ${paper}`, { english: paper, read: ({ losses }) => losses[kind]?.paper });
    for (const { name, meaning, choices } of parameters) {
      found.set(`parameters.${name}: ${meaning}`, { english: meaning, read: ({ parameters }) => parameters[name]?.find(({ of }) => of === meaning) });
      for (const choice of choices) {
        found.set(`choices.${choice}`, { english: choice, read: ({ choices }) => choices[choice] && { of: choice, is: choices[choice] } });
      }
    }
  }
  return found;
}

/** Where a translation stands, and the English that it was made from. */
function translations({ losses, parameters, choices }) {
  return [
    ...Object.entries(losses).flatMap(([kind, fields]) => Object.entries(fields).map(([field, { of }]) => `losses.${kind}.${field}: ${of}`)),
    ...Object.entries(parameters).flatMap(([name, meanings]) => meanings.map(({ of }) => `parameters.${name}: ${of}`)),
    ...Object.keys(choices).map((choice) => `choices.${choice}`),
  ];
}

const wanted = texts(await engineCatalogue());
assert.ok(wanted.size > 90, `${wanted.size} texts`);

for (const language of ["de", "fr"]) {
  test(`the catalogue of losses in ${language}`, async () => {
    const words = JSON.parse(await readFile(`${WWW}src/i18n/catalogue/${language}.json`, "utf8"));
    const missing = [...wanted].filter(([, { english, read }]) => read(words)?.of !== english || !read(words).is).map(([where]) => where);
    assert.deepEqual(missing, [], "missing: the page shows their English");
    const stale = translations(words).filter((where) => !wanted.has(where));
    assert.deepEqual(stale, [], "stale: the engine has no such text any more");
  });
}
