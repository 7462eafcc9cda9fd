/** Reads a lesson's file: front matter, then a heading and a text for each page, with a fenced block of what it does. */
import { LineCounter, parseDocument } from "yaml";
import { CONTROLS, isControl, type Control } from "../lib/controls";
import { expression, type Expression, type ValueType } from "./expression";
import { places } from "./fill";
import { Fields } from "./fields";
import { question } from "./question";
import { isTarget, TARGETS } from "./targets";
import { LessonError, type Lesson, type Page } from "./types";
import { t } from "../i18n/messages";

const FRONT = /^\uFEFF?---[^\S\n]*\n([\s\S]*?)\n---[^\S\n]*(?:\n|$)/;
const HEADING = /^##[^\S\n]+(.+)$/;
const FENCE = /^```page[^\S\n]*$/;

/** What lanes are called in expressions: the lesson's name for them, the loss where only one has it. */
export type LaneNames = readonly (readonly string[])[];

/** Throws a `LessonError`. */
export function parseLesson(file: string, id: string): Lesson {
  const source = file.replaceAll("\r\n", "\n");
  const front = FRONT.exec(source);
  if (front === null) throw new LessonError(t("lessons.file.front"), 1);
  const fields = yaml(front[1] ?? "", 2);
  const lesson: Lesson = {
    id,
    language: fields.optional("language", () => language(fields)),
    title: fields.text("title"),
    minutes: fields.number("minutes", { from: 1, to: 120 }),
    summary: fields.text("summary"),
    experiment: fields.record("experiment"),
    lanes: fields.optional("lanes", () => fields.texts("lanes")) ?? [],
    laneCount: 0,
    show: fields.optional("show", () => fields.texts("show").map((name) => control(fields, name))) ?? [],
    image: fields.optional("image", () => fields.number("image", { from: 1, whole: true }) - 1),
    pages: [],
    source,
  };
  fields.nothingElse();
  const lanes = laneNames(lesson, fields);
  lesson.laneCount = lanes.length;
  const lineOfBody = (front[0].match(/\n/g) ?? []).length + 1;
  lesson.pages = pages(source.slice(front[0].length), lineOfBody, lanes);
  if (lesson.pages.length === 0) throw new LessonError(t("lessons.file.pages"), lineOfBody);
  return lesson;
}

function language(fields: Fields): string {
  const tag = fields.text("language");
  try {
    return new Intl.Locale(tag).toString();
  } catch {
    throw fields.fault("language", t("lessons.field.language", { tag }));
  }
}

function control(fields: Fields, name: string): Control {
  if (!isControl(name)) throw fields.fault("show", t("lessons.field.control", { name, known: CONTROLS.join(", ") }));
  return name;
}

function laneNames(lesson: Lesson, fields: Fields): LaneNames {
  const { losses } = lesson.experiment;
  if (!Array.isArray(losses) || losses.length === 0) {
    const example = "losses: [{ kind: ce }, { kind: dice }]";
    throw fields.fault("experiment", t("lessons.field.losses", { example }));
  }
  const kinds = losses.map((loss: unknown) =>
    typeof loss === "object" && loss !== null && "kind" in loss ? String(loss.kind) : "",
  );
  const nameless = kinds.indexOf("");
  if (nameless >= 0) throw fields.fault("experiment", t("lessons.field.kind", { loss: nameless + 1 }));
  if (lesson.lanes.length > 0 && lesson.lanes.length !== kinds.length) {
    const counts = { lanes: lesson.lanes.length, losses: kinds.length };
    throw fields.fault("lanes", t("lessons.field.lanes", counts));
  }
  return kinds.map((kind, lane) => [lesson.lanes[lane], kind].filter((name) => name !== undefined));
}

/** Reads YAML that begins on a line of the file. */
function yaml(text: string, line: number): Fields {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  const [error] = document.errors;
  const lineAt = (offset: number) => line - 1 + counter.linePos(offset).line;
  if (error !== undefined) throw new LessonError(error.message.split("\n")[0] ?? error.message, lineAt(error.pos[0]));
  const value: unknown = document.toJS();
  if (value !== null && (typeof value !== "object" || Array.isArray(value))) {
    throw new LessonError(t("lessons.file.yaml"), line);
  }
  const lineOf = (path: string[]) => {
    const node = document.getIn(path, true) as { range?: [number, number, number] } | undefined;
    return node?.range === undefined ? line : lineAt(node.range[0]);
  };
  return new Fields((value ?? {}) as Record<string, unknown>, lineOf);
}

function pages(body: string, line: number, lanes: LaneNames): Page[] {
  const found: Page[] = [];
  let title: string | null = null;
  let start = line;
  let lines: string[] = [];
  const close = () => {
    if (title !== null) {
      const next = page(title, lines, start, lanes);
      answerable([...found, next], start);
      found.push(next);
    } else if (lines.some((text) => text.trim() !== "")) throw new LessonError(t("lessons.file.before"), line);
  };
  let fenced = false;
  for (const [index, text] of body.split("\n").entries()) {
    if (text.startsWith("```")) fenced = !fenced;
    const heading = fenced ? null : HEADING.exec(text);
    if (heading === null) {
      lines.push(text);
      continue;
    }
    close();
    [title, start, lines] = [(heading[1] ?? "").trim(), line + index, []];
  }
  close();
  return found;
}

function page(title: string, lines: string[], line: number, lanes: LaneNames): Page {
  const from = lines.findIndex((text) => FENCE.test(text));
  const to = lines.findIndex((text, index) => index > from && text.startsWith("```"));
  if (from >= 0 && to < 0) throw new LessonError(t("lessons.file.block"), line + 1 + from);
  const fields = from < 0 ? yaml("", line) : yaml(lines.slice(from + 1, to).join("\n"), line + 2 + from);
  const text = (from < 0 ? lines : [...lines.slice(0, from), ...lines.slice(to + 1)]).join("\n").trim();
  const expressions: Expression[] = [];
  const read = (key: string, type: ValueType | null) => (text: string) => {
    const found = expressionOf(fields, key, text, lanes, type);
    expressions.push(found);
    return found;
  };
  try {
    expressions.push(...placed(text, lanes));
  } catch (error) {
    throw new LessonError(sentence(error), line);
  }
  const run = fields.optional("run", () => fields.number("run", { from: 1, to: 100_000, whole: true }));
  const seeds = fields.optional("seeds", () => fields.numbers("seeds"));
  const experiment = fields.optional("experiment", () => fields.record("experiment"));
  const predict = fields.optional("predict", () => question(fields.inside("predict"), read("predict", null), lanes));
  if (predict !== null) expressions.push(...placed(predict.question, lanes), ...placed(predict.why, lanes));
  if (experiment !== null && "losses" in experiment) throw fields.fault("experiment", t("lessons.field.losses.page"));
  const result: Page = {
    title,
    text,
    highlight: fields.optional("highlight", () => fields.texts("highlight").map((name) => target(fields, name))) ?? [],
    experiment,
    run,
    seeds,
    predict,
    complete: fields.optional("complete", () => read("complete", "truth")(fields.text("complete"))),
    expressions,
  };
  fields.nothingElse();
  if (seeds !== null && run === null) throw fields.fault("seeds", t("lessons.field.seeds"));
  return result;
}

const placed = (text: string, lanes: LaneNames) => [...places(text, lanes).values()].map(([place]) => place);

/** What the last of these pages asks must be there by then: steps that are trained to, pages that run. */
function answerable(pages: Page[], line: number): void {
  const last = pages.at(-1);
  const reached = Math.max(0, ...pages.map(({ run }) => run ?? 0));
  for (const { text, steps, pages: named } of last?.expressions ?? []) {
    const far = steps.find((step) => step > reached);
    if (far !== undefined) throw new LessonError(t("lessons.file.step", { expression: text, step: far }), line);
    const idle = named.find((number) => pages[number - 1]?.run == null);
    if (idle !== undefined) throw new LessonError(t("lessons.file.page", { expression: text, page: idle }), line);
  }
}

function target(fields: Fields, name: string): string {
  if (!isTarget(name)) throw fields.fault("highlight", t("lessons.field.place", { name, known: TARGETS.join(", ") }));
  return name;
}

function expressionOf(fields: Fields, key: string, text: string, lanes: LaneNames, type: ValueType | null): Expression {
  try {
    const found = expression(text, lanes);
    if (type !== null && found.type !== type) throw new Error(t("lessons.field.comparison", { expression: text }));
    return found;
  } catch (error) {
    throw fields.fault(key, sentence(error));
  }
}

const sentence = (error: unknown) => (error instanceof Error ? error.message : String(error));
