/**
 * What a lesson asks of a run's numbers: `dice of ce`, `background share of ce at 20`, `largest recall`,
 * `recall of dice > 0.5 and precision of dice < 0.5`, `recall of ce on page 2`, `mean dice of lane 2` over
 * several runs. Read once, with an error for what cannot be meant; worked out as often as there are new numbers.
 */
import { t } from "../i18n/messages";

export type NumberUnit = "percent" | "score" | "loss" | "number";

/** What is measured of a lane, and how it is written. */
export const METRICS: Record<string, NumberUnit> = {
  dice: "score",
  iou: "score",
  precision: "score",
  recall: "score",
  accuracy: "percent",
  loss: "loss",
  foreground_share: "percent",
  background_share: "percent",
  undefined_dice: "number",
  dice_1: "score",
  dice_2: "score",
};
/** How values of several runs come together. `interval` is half the width of the mean's 95 % interval. */
const OVER_RUNS = ["mean", "lowest", "highest", "interval"] as const;
type OverRuns = (typeof OVER_RUNS)[number];

/** The numbers of a run. What was not measured, or is undefined, is null. */
export interface Numbers {
  lanes: number;
  value(metric: string, lane: number, step: number | null): number | null;
  /** The same number of each run that was collected. */
  collected(metric: string, lane: number): (number | null)[];
  /** Mean share of foreground pixels. */
  foreground: number | null;
  /** Validation images without any foreground. */
  empty: number | null;
  /** What the run of a page gave, counted from 1; null while it is still to be made. */
  page(number: number): Numbers | null;
}

export type Value =
  | { type: "number"; value: number; unit: NumberUnit }
  | { type: "truth"; value: boolean }
  | { type: "lane"; value: number };
export type ValueType = Value["type"];

export interface Expression {
  text: string;
  type: ValueType;
  /** Steps that it names. */
  steps: number[];
  /** Pages that it names, counted from 1. */
  pages: number[];
  /** Null where a number is missing or undefined. */
  evaluate(numbers: Numbers): Value | null;
}

type Evaluate = Expression["evaluate"];
interface Part {
  type: ValueType;
  evaluate: Evaluate;
}

const number = (value: number, unit: NumberUnit): Value => ({ type: "number", value, unit });

/** Two-sided 95 % points of Student's t, by degrees of freedom from 1. */
const STUDENT = [12.71, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];

function overRuns(how: OverRuns, values: number[]): number | null {
  if (values.length === 0) return null;
  if (how === "lowest") return Math.min(...values);
  if (how === "highest") return Math.max(...values);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (how === "mean") return mean;
  const t = STUDENT[Math.min(values.length - 1, STUDENT.length) - 1];
  if (t === undefined) return null; // one run says nothing of how much runs differ
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return t * Math.sqrt(variance / values.length);
}

/** Reads an expression. `lanes` are the names by which lanes are known, several for each. Throws an Error with a sentence. */
export function expression(text: string, lanes: readonly (readonly string[])[]): Expression {
  return new Reader(text, lanes).read();
}

const faultIn = (text: string, fault: string) => new Error(t("lessons.expression", { expression: text, fault }));

const TOKEN = /\s*(?:"([^"]*)"|(\d+(?:\.\d+)?|\.\d+)|([a-z_][a-z0-9_]*)|(<=|>=|[<>()+\-*/]))/iy;
type Token = { kind: "name" | "number" | "word" | "sign"; text: string };

class Reader {
  #tokens: Token[];
  #at = 0;
  #steps: number[] = [];
  #pages: number[] = [];

  constructor(
    readonly text: string,
    readonly lanes: readonly (readonly string[])[],
  ) {
    this.#tokens = tokens(text);
  }

  read(): Expression {
    const { type, evaluate } = this.#truths();
    if (this.#at < this.#tokens.length) throw this.#misplaced(this.#tokens[this.#at]);
    return { text: this.text, type, steps: this.#steps, pages: this.#pages, evaluate };
  }

  #fault(fault: string): Error {
    return faultIn(this.text, fault);
  }

  #misplaced(token: Token | undefined): Error {
    return this.#fault(t("lessons.expression.place", { word: token?.text ?? "" }));
  }

  #take(...texts: string[]): string | null {
    const token = this.#tokens[this.#at];
    if (token === undefined || token.kind === "name" || !texts.includes(token.text)) return null;
    this.#at += 1;
    return token.text;
  }

  /** Comparisons that must all hold. */
  #truths(): Part {
    let left = this.#comparison();
    while (this.#take("and") !== null) {
      const [one, other] = [left, this.#comparison()];
      if (one.type !== "truth" || other.type !== "truth") throw this.#fault(t("lessons.expression.and"));
      left = {
        type: "truth",
        evaluate(numbers) {
          const [a, b] = [one.evaluate(numbers), other.evaluate(numbers)];
          return a === null || b === null ? null : { type: "truth", value: a.value === true && b.value === true };
        },
      };
    }
    return left;
  }

  #comparison(): Part {
    const left = this.#sum();
    const sign = this.#take("<", ">", "<=", ">=");
    if (sign === null) return left;
    const right = this.#sum();
    const compare = {
      "<": (d: number) => d < 0,
      ">": (d: number) => d > 0,
      "<=": (d: number) => d <= 0,
      ">=": (d: number) => d >= 0,
    }[sign];
    const difference = this.#arithmetic(left, right, (a, b) => a - b);
    return {
      type: "truth",
      evaluate(numbers) {
        const result = difference.evaluate(numbers);
        return result?.type === "number" ? { type: "truth", value: compare?.(result.value) === true } : null;
      },
    };
  }

  #sum(): Part {
    let left = this.#product();
    for (let sign = this.#take("+", "-"); sign !== null; sign = this.#take("+", "-")) {
      left = this.#arithmetic(left, this.#product(), sign === "+" ? (a, b) => a + b : (a, b) => a - b);
    }
    return left;
  }

  #product(): Part {
    let left = this.#atom();
    for (let sign = this.#take("*", "/"); sign !== null; sign = this.#take("*", "/")) {
      left = this.#arithmetic(left, this.#atom(), sign === "*" ? (a, b) => a * b : (a, b) => a / b);
    }
    return left;
  }

  #arithmetic(left: Part, right: Part, combine: (a: number, b: number) => number): Part {
    if (left.type !== "number" || right.type !== "number") throw this.#fault(t("lessons.expression.numbers"));
    return {
      type: "number",
      evaluate(numbers) {
        const [a, b] = [left.evaluate(numbers), right.evaluate(numbers)];
        if (a?.type !== "number" || b?.type !== "number") return null;
        const value = combine(a.value, b.value);
        return Number.isFinite(value) ? number(value, a.unit === "number" ? b.unit : a.unit) : null;
      },
    };
  }

  #atom(): Part {
    if (this.#take("(") !== null) {
      const inner = this.#sum();
      if (this.#take(")") === null) throw this.#fault(t("lessons.expression.bracket"));
      return inner;
    }
    if (this.#take("-") !== null) {
      const zero: Part = { type: "number", evaluate: () => number(0, "number") };
      return this.#arithmetic(zero, this.#atom(), (a, b) => a - b);
    }
    const token = this.#tokens[this.#at];
    if (token === undefined) throw this.#fault(t("lessons.expression.end"));
    if (token.kind === "number") {
      this.#at += 1;
      const value = Number(token.text);
      return { type: "number", evaluate: () => number(value, "number") };
    }
    if (token.kind !== "word") throw this.#misplaced(token);
    const extreme = this.#take("largest", "smallest");
    if (extreme !== null) return this.#extreme(extreme === "largest" ? 1 : -1);
    if (token.text === "foreground" && this.#tokens[this.#at + 1]?.text !== "share") {
      this.#at += 1;
      return this.#onPage("number", ({ foreground }) => (foreground === null ? null : number(foreground, "percent")));
    }
    if (this.#take("empty") !== null) {
      if (this.#take("images") === null) throw this.#fault(t("lessons.expression.images"));
      return this.#onPage("number", ({ empty }) => (empty === null ? null : number(empty, "number")));
    }
    if (this.#take("wins") !== null) return this.#wins();
    const how = OVER_RUNS.find((name) => name === token.text);
    if (how !== undefined) {
      this.#at += 1;
      return this.#over(how);
    }
    const [metric, unit] = this.#metric();
    const lane = this.#ofLane();
    const step = this.#step();
    return this.#onPage("number", (numbers) => {
      const value = numbers.value(metric, lane, step);
      return value === null ? null : number(value, unit);
    });
  }

  /** The same of another page's run, if one is named. */
  #onPage(type: ValueType, evaluate: Evaluate): Part {
    if (this.#take("on") === null) return { type, evaluate };
    if (this.#take("page") === null) throw this.#fault(t("lessons.expression.on"));
    const page = this.#whole(t("lessons.expression.page"));
    this.#pages.push(page);
    return {
      type,
      evaluate(numbers) {
        const then = numbers.page(page);
        return then === null ? null : evaluate(then);
      },
    };
  }

  /** The lane with the largest, or smallest, of something. Lanes for which it is undefined do not count. */
  #extreme(sign: number): Part {
    const [metric] = this.#metric();
    const step = this.#step();
    return this.#onPage("lane", (numbers) => {
      const values = [...Array(numbers.lanes).keys()].flatMap((lane) => {
        const value = numbers.value(metric, lane, step);
        return value === null ? [] : [{ lane, value: sign * value }];
      });
      if (values.length === 0) return null;
      return { type: "lane", value: values.reduce((best, one) => (one.value > best.value ? one : best)).lane };
    });
  }

  #over(how: OverRuns): Part {
    const [metric, unit] = this.#metric();
    const lane = this.#ofLane();
    return {
      type: "number",
      evaluate(numbers) {
        const values = numbers.collected(metric, lane).filter((value) => value !== null);
        const value = overRuns(how, values);
        return value === null ? null : number(value, unit);
      },
    };
  }

  /** In how many of the collected runs a lane has the largest Dice. */
  #wins(): Part {
    const lane = this.#ofLane();
    return {
      type: "number",
      evaluate(numbers) {
        const all = [...Array(numbers.lanes).keys()].map((lane) => numbers.collected("dice", lane));
        const own = all[lane] ?? [];
        if (own.length === 0) return null;
        const won = own.filter((value, run) => value !== null && all.every((values) => (values[run] ?? -1) <= value));
        return number(won.length, "number");
      },
    };
  }

  #metric(): [string, NumberUnit] {
    const words: string[] = [];
    for (let token = this.#tokens[this.#at]; token?.kind === "word"; token = this.#tokens[this.#at]) {
      if (["of", "at", "and", "on"].includes(token.text)) break;
      words.push(token.text);
      this.#at += 1;
    }
    const metric = words.join("_").toLowerCase();
    const unit = METRICS[metric];
    if (unit === undefined) {
      const known = Object.keys(METRICS).map((name) => name.replace("_share", " share"));
      throw this.#fault(t("lessons.expression.metric", { word: words.join(" "), known: known.join(", ") }));
    }
    return [metric, unit];
  }

  #ofLane(): number {
    if (this.#take("of") === null) throw this.#fault(t("lessons.expression.lane"));
    const token = this.#tokens[this.#at];
    this.#at += 1;
    let index = -1;
    if (token?.text === "lane" && token.kind === "word") {
      index = Number(this.#tokens[this.#at]?.text) - 1;
      this.#at += 1;
    } else if (token !== undefined) {
      const called = (names: readonly string[] | undefined) => names?.includes(token.text) === true;
      // A name that the lesson gives goes before a loss that happens to be called the same.
      const first = [...this.lanes.keys()].filter((lane) => this.lanes[lane]?.[0] === token.text);
      const fitting = first.length > 0 ? first : [...this.lanes.keys()].filter((lane) => called(this.lanes[lane]));
      if (fitting.length > 1) throw this.#fault(t("lessons.expression.lane.several", { name: token.text }));
      index = fitting[0] ?? -1;
    }
    if (this.lanes[index] === undefined) {
      const known = this.lanes.map((names, lane) => names[0] ?? `lane ${lane + 1}`).join(", ");
      throw this.#fault(t("lessons.expression.lane.unknown", { name: token?.text ?? "", known }));
    }
    return index;
  }

  #step(): number | null {
    if (this.#take("at") === null) return null;
    this.#take("step");
    const step = this.#whole(t("lessons.expression.at"));
    this.#steps.push(step);
    return step;
  }

  #whole(otherwise: string): number {
    const value = Number(this.#tokens[this.#at]?.text);
    if (!Number.isInteger(value) || value < 1) throw this.#fault(otherwise);
    this.#at += 1;
    return value;
  }
}

function tokens(text: string): Token[] {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (text.slice(TOKEN.lastIndex).trim() !== "") {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) throw faultIn(text, t("lessons.expression.unreadable", { word: text.slice(from).trim() }));
    const [, name, number, word, sign] = match;
    if (name !== undefined) found.push({ kind: "name", text: name });
    else if (number !== undefined) found.push({ kind: "number", text: number });
    else if (word !== undefined) found.push({ kind: "word", text: word });
    else found.push({ kind: "sign", text: sign ?? "" });
  }
  return found;
}
