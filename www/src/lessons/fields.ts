/** Named values of a YAML document, read one by one; what is wrong is said with its line. */
import { LessonError } from "./types";

export class Fields {
  #read = new Set<string>();

  constructor(
    readonly values: Record<string, unknown>,
    readonly lineOf: (path: string[]) => number,
    readonly path: readonly string[] = [],
  ) {}

  fault(key: string, what: string): LessonError {
    return new LessonError(
      `“${[...this.path, key].join(" › ")}”: ${what.replace(/\.$/, "")}.`,
      this.lineOf([...this.path, key]),
    );
  }

  has(key: string): boolean {
    return this.values[key] !== undefined && this.values[key] !== null;
  }

  optional<T>(key: string, read: () => T): T | null {
    this.#read.add(key);
    return this.has(key) ? read() : null;
  }

  #get(key: string): unknown {
    this.#read.add(key);
    if (!this.has(key))
      throw new LessonError(`“${[...this.path, key].join(" › ")}” is missing.`, this.lineOf([...this.path]));
    return this.values[key];
  }

  text(key: string): string {
    const value = this.#get(key);
    if (typeof value === "string" && value.trim() !== "") return value.trim();
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    throw this.fault(key, "it must be a text");
  }

  number(key: string, { from = -Infinity, to = Infinity, whole = false } = {}): number {
    const value = this.#get(key);
    if (typeof value !== "number" || !Number.isFinite(value)) throw this.fault(key, "it must be a number");
    if (whole && !Number.isInteger(value)) throw this.fault(key, "it must be a whole number");
    if (value < from) throw this.fault(key, `${value} is less than ${from}`);
    if (value > to) throw this.fault(key, `${value} is more than ${to}`);
    return value;
  }

  /** A list of texts, or one alone. */
  texts(key: string): string[] {
    const value = this.#get(key);
    const list: unknown[] = Array.isArray(value) ? value : [value];
    if (!list.every((one) => typeof one === "string")) throw this.fault(key, "it must be a list of texts");
    return list;
  }

  numbers(key: string): number[] {
    const value = this.#get(key);
    if (!Array.isArray(value) || value.length === 0 || !value.every((one) => Number.isInteger(one))) {
      throw this.fault(key, "it must be a list of whole numbers");
    }
    return value as number[];
  }

  record(key: string): Record<string, unknown> {
    const value = this.#get(key);
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw this.fault(key, "it must hold names and values");
    }
    return value as Record<string, unknown>;
  }

  inside(key: string): Fields {
    return new Fields(this.record(key), this.lineOf, [...this.path, key]);
  }

  /** A name that nobody has asked for is a mistake. */
  nothingElse(): void {
    const unknown = Object.keys(this.values).find((key) => !this.#read.has(key));
    if (unknown !== undefined)
      throw this.fault(unknown, `there is no such field; there are ${[...this.#read].join(", ")}`);
  }
}
