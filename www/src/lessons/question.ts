/** The question of a page: which lane, one of several statements, or a number. */
import type { Expression, NumberUnit } from "./expression";
import { places } from "./fill";
import type { Fields } from "./fields";
import type { LaneNames } from "./parse";
import type { Question } from "./types";
import { t } from "../i18n/messages";

const UNITS: readonly NumberUnit[] = ["percent", "score", "number"];

/** Throws a `LessonError`. */
export function question(fields: Fields, read: (text: string) => Expression, lanes: LaneNames): Question {
  const asked = {
    question: fields.text("question"),
    why: fields.optional("why", () => fields.text("why")) ?? "",
  };
  for (const key of ["question", "why"] as const) {
    try {
      places(asked[key], lanes);
    } catch (error) {
      throw fields.fault(key, error instanceof Error ? error.message : String(error));
    }
  }
  const result = fields.has("number") ? numberOf(fields, asked, read) : choiceOf(fields, asked, read);
  fields.nothingElse();
  return result;
}

type Asked = Pick<Question, "question" | "why">;

function numberOf(fields: Fields, asked: Asked, read: (text: string) => Expression): Question {
  const answer = read(fields.text("answer"));
  if (answer.type !== "number")
    throw fields.fault("answer", t("lessons.field.answer.number", { expression: answer.text }));
  const tolerance = fields.number("tolerance", { from: 0 });
  fields.optional("number", () => null);
  const range = fields.inside("number");
  const [from, to, step] = [range.number("from"), range.number("to"), range.number("step", { from: 1e-6 })];
  if (to <= from) throw range.fault("to", t("lessons.field.to", { to, from }));
  const unit = range.optional("as", () => range.text("as")) ?? "score";
  const known = UNITS.find((name) => name === unit);
  if (known === undefined) throw range.fault("as", t("lessons.field.as", { unit, known: UNITS.join(", ") }));
  range.nothingElse();
  return { ...asked, kind: "number", answer, tolerance, from, to, step, unit: known };
}

function choiceOf(fields: Fields, asked: Asked, read: (text: string) => Expression): Question {
  if (fields.values.choices === "lanes") {
    fields.text("choices");
    const answer = read(fields.text("answer"));
    if (answer.type !== "lane")
      throw fields.fault("answer", t("lessons.field.answer.lane", { expression: answer.text }));
    return { ...asked, kind: "lane", answer };
  }
  const choices = Object.entries(fields.record("choices")).map(([text, condition]) => {
    const holds = read(String(condition));
    if (holds.type !== "truth")
      throw fields.fault("choices", t("lessons.field.comparison", { expression: holds.text }));
    return { text, holds };
  });
  if (choices.length < 2) throw fields.fault("choices", t("lessons.field.choices"));
  return { ...asked, kind: "choice", choices };
}
