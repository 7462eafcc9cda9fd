/** Named values of a YAML document, read one by one; what is wrong is said with its line. */
import { LessonError } from "./types";
import { t } from "../i18n/messages";

export class Fields {
  #read = new Set<string>();

  constructor(
    readonly values: Record<string, unknown>,
    readonly lineOf: (path: string[]) => number,
    readonly path: readonly string[] = [],
  ) {}

  fault(key: string, fault: string): LessonError {
    const path = [...this.path, key];
    return new LessonError(t("lessons.field", { field: path.join(" › "), fault }), this.lineOf(path));
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
    if (!this.has(key)) {
      const field = [...this.path, key].join(" › ");
      throw new LessonError(t("lessons.field.missing", { field }), this.lineOf([...this.path]));
    }
    return this.values[key];
  }

  text(key: string): string {
    const value = this.#get(key);
    if (typeof value === "string" && value.trim() !== "") return value.trim();
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    throw this.fault(key, t("lessons.field.text"));
  }

  number(key: string, { from = -Infinity, to = Infinity, whole = false } = {}): number {
    const value = this.#get(key);
    if (typeof value !== "number" || !Number.isFinite(value)) throw this.fault(key, t("lessons.field.number"));
    if (whole && !Number.isInteger(value)) throw this.fault(key, t("lessons.field.whole"));
    if (value < from) throw this.fault(key, t("lessons.field.less", { value, least: from }));
    if (value > to) throw this.fault(key, t("lessons.field.more", { value, most: to }));
    return value;
  }

  /** A list of texts, or one alone. */
  texts(key: string): string[] {
    const value = this.#get(key);
    const list: unknown[] = Array.isArray(value) ? value : [value];
    if (!list.every((one) => typeof one === "string")) throw this.fault(key, t("lessons.field.texts"));
    return list;
  }

  numbers(key: string): number[] {
    const value = this.#get(key);
    if (!Array.isArray(value) || value.length === 0 || !value.every((one) => Number.isInteger(one))) {
      throw this.fault(key, t("lessons.field.wholes"));
    }
    return value as number[];
  }

  record(key: string): Record<string, unknown> {
    const value = this.#get(key);
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw this.fault(key, t("lessons.field.record"));
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
      throw this.fault(unknown, t("lessons.field.unknown", { known: [...this.#read].join(", ") }));
  }
}
