/** Whether a prediction held, in words. */
import { t } from "../i18n/messages";
import { written } from "./fill";
import type { Numbers } from "./expression";
import type { Answer, Question } from "./types";

export interface Verdict {
  right: boolean;
  /** "You said Dice, and so it is." */
  words: string;
}

/** A number with its unit, as the question's slider shows it. */
export const answerText = (question: Question, answer: Answer, laneName: (lane: number) => string): string => {
  switch (question.kind) {
    case "lane":
      return laneName(answer);
    case "choice":
      return question.choices[answer]?.text ?? "";
    case "number":
      return written(answer, question.unit);
  }
};

/** The right answer, from the run's numbers; null where they do not say. */
export function truth(question: Question, numbers: Numbers): Answer | null {
  if (question.kind !== "choice") {
    const value = question.answer.evaluate(numbers);
    return value === null || value.type === "truth" ? null : value.value;
  }
  const held = question.choices.map(({ holds }) => holds.evaluate(numbers));
  const index = held.findIndex((value) => value?.value === true);
  return index >= 0 && held.slice(0, index).every((value) => value !== null) ? index : null;
}

/** `answer` is null where it is shown without one: a lecture hall predicts aloud. */
export function verdict(
  question: Question,
  answer: Answer | null,
  numbers: Numbers,
  laneName: (lane: number) => string,
): Verdict {
  const right = truth(question, numbers);
  if (right === null) return { right: false, words: t("lessons.verdict.undefined") };
  const words = { right: answerText(question, right, laneName) };
  if (answer === null) {
    return { right: true, words: t(`lessons.verdict.${question.kind === "choice" ? "choice" : "value"}`, words) };
  }
  const said = { ...words, answer: answerText(question, answer, laneName) };
  if (question.kind === "number") {
    const near = Math.abs(answer - right) <= question.tolerance;
    return { right: near, words: t(`lessons.verdict.${near ? "near" : "far"}`, said) };
  }
  const held = answer === right;
  return { right: held, words: t(`lessons.verdict.${held ? "held" : "failed"}`, said) };
}
