/** A lesson, as its Markdown file says it: pages beside the lab, each with what to look at and what to run. */
import type { Control } from "../lib/controls";
import type { Expression, NumberUnit } from "./expression";
import { t } from "../i18n/messages";

/** An experiment document of which only what differs from the defaults is given. */
export type PartialExperiment = Record<string, unknown>;

export interface Lesson {
  /** Under which progress is kept: a built-in lesson's name, a path, or a file's name. */
  id: string;
  /** The tag of the language of its words; null where it does not say. */
  language: string | null;
  title: string;
  minutes: number;
  /** One sentence for the list. */
  summary: string;
  experiment: PartialExperiment;
  /** What the lanes are called in questions and sentences; from the catalogue where this is empty. */
  lanes: string[];
  /** How many lanes there are. */
  laneCount: number;
  /** The controls that are visible. */
  show: Control[];
  /** Position among the validation images; null for the lab's own choice. */
  image: number | null;
  pages: Page[];
  /** The file. */
  source: string;
}

export interface Page {
  title: string;
  /** With placeholders. */
  text: string;
  /** Names of places on the page. */
  highlight: string[];
  /** How the experiment differs from the lesson's from this page on; null for no change. */
  experiment: PartialExperiment | null;
  /** The step to train to; null for none. */
  run: number | null;
  /** Seeds to run one after the other, each to `run`; null for one run with the experiment's own. */
  seeds: number[] | null;
  predict: Question | null;
  /** When the page is complete, beyond what it asks to run and to answer; null for no more than that. */
  complete: Expression | null;
  /** All that are on it: in the text, the question and elsewhere. */
  expressions: Expression[];
}

interface Asked {
  /** With placeholders. */
  question: string;
  /** Said when the answer is known; with placeholders. */
  why: string;
}

export type Question =
  /** Which lane. */
  | (Asked & { kind: "lane"; answer: Expression })
  /** One of several; that is right whose expression is first to hold. */
  | (Asked & { kind: "choice"; choices: { text: string; holds: Expression }[] })
  | (Asked & {
      kind: "number";
      answer: Expression;
      from: number;
      to: number;
      step: number;
      unit: NumberUnit;
      tolerance: number;
    });

/** What a student chose: the number of a lane or a choice, or a number. */
export type Answer = number;

/** What is wrong with a lesson's file, and where. */
export class LessonError extends Error {
  constructor(
    message: string,
    readonly line: number | null = null,
  ) {
    super(line === null ? message : t("lessons.file.line", { line, fault: message }));
    this.name = "LessonError";
  }
}
