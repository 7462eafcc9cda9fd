/** The page around the runner. */
import type { Contestant } from "../contestants/contestant";
import { countGpuCalls } from "../run/counts";
import type { CaseResults, Report } from "../run/result";
import { run } from "../run/run";
import { fillForm, type Options, startsAtOnce } from "./options";
import { caption, COLUMNS, explanation, markdown, notes, REASON_CELLS, rows } from "./table";

/** Sets the page up for these contestants, before any of them runs. */
export function startPage(contestants: readonly Contestant[]): void {
  countGpuCalls();
  const form = element("form", HTMLFormElement);
  try {
    const readOptions = fillForm(form, contestants);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void runAndShow(form, readOptions());
    });
    if (startsAtOnce()) void runAndShow(form, readOptions());
  } catch (error) {
    fail(form, error);
  }
}

async function runAndShow(form: HTMLFormElement, options: Options): Promise<void> {
  const controls = element("controls", HTMLFieldSetElement);
  const results = element("results", HTMLElement);
  const copying = element("copying", HTMLElement);
  const progress = element("progress", HTMLProgressElement);
  const status = element("status", HTMLElement);
  controls.disabled = true;
  copying.hidden = true;
  progress.hidden = false;
  results.replaceChildren();
  try {
    const report = await run({
      ...options,
      onProgress: (what, part) => {
        status.textContent = what;
        progress.value = part;
      },
      onCase: (found) => results.append(table(found)),
    });
    results.append(...[explanation(report), ...notes(report)].map(paragraph));
    offer(report, copying);
    form.dataset.state = "done";
  } catch (error) {
    fail(form, error);
  } finally {
    progress.hidden = true;
    controls.disabled = false;
  }
}

function fail(form: HTMLFormElement, error: unknown): void {
  element("status", HTMLElement).textContent = error instanceof Error ? error.message : String(error);
  form.dataset.state = "failed";
}

/** Lets a person copy the results; `bench.mjs` reads them in the same places. */
function offer(report: Report, copying: HTMLElement): void {
  const texts = { "copy-markdown": markdown(report), "copy-json": JSON.stringify(report, null, 2) };
  const said = element("copied", HTMLElement);
  for (const [id, text] of Object.entries(texts)) {
    const button = element(id, HTMLButtonElement);
    button.value = text;
    button.onclick = async () => {
      said.textContent = await navigator.clipboard.writeText(text).then(
        () => "Copied.",
        () => "This browser does not let the page copy; the results are in the table above.",
      );
    };
  }
  copying.hidden = false;
}

function table(found: CaseResults): HTMLElement {
  const table = document.createElement("table");
  table.createCaption().textContent = caption(found);
  const head = table.createTHead().insertRow();
  for (const column of COLUMNS) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = column;
    head.append(cell);
  }
  const body = table.createTBody();
  rows(found).forEach((cells, index) => {
    const row = body.insertRow();
    const status = found.contestants[index]?.status ?? "";
    row.dataset.status = status;
    for (const text of cells) row.insertCell().textContent = text;
    if (status !== "measured") spanReason(row);
  });
  const frame = document.createElement("div");
  frame.className = "table";
  frame.append(table);
  return frame;
}

/** The reason why there is no time takes the room of the times. */
function spanReason(row: HTMLTableRowElement): void {
  const reason = row.cells[2];
  if (reason === undefined) return;
  for (let further = 1; further < REASON_CELLS; further++) row.deleteCell(3);
  reason.colSpan = REASON_CELLS;
}

function paragraph(text: string): HTMLElement {
  const element = document.createElement("p");
  element.className = "quiet small";
  element.textContent = text;
  return element;
}

function element<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`index.html has no such element with the id ${id}.`);
  return found;
}
