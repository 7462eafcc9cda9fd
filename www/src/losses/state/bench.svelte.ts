/** The bench: its worker, the catalogue, and the losses laid on it. */
import type { FormulaWord, Loss, LossInfo } from "../../engine/types";
import { translated } from "../../i18n/catalogue";
import { t } from "../../i18n/messages";
import { MAX_LANES } from "../../lib/lane-style";
import { defaultLoss, isFormula, parameterOf, type FormulaLoss } from "../../lib/losses";
import { plain } from "../../lib/format";
import { BenchClient } from "../engine/client";
import { PROTOCOL_VERSION, type Asks, type CommandType, type Gives } from "../engine/protocol";
import { readLosses } from "../lib/address";
import { Chosen } from "./chosen.svelte";

const OPENING = ["ce", "focal", "dice", "asym_unified_focal"];

export function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

class Bench {
  status = $state<"starting" | "ready" | "failed">("starting");
  /** What went wrong last, and is still worth saying. */
  fault = $state<string | null>(null);
  catalogue = $state.raw<LossInfo[]>([]);
  formulaWords = $state.raw<FormulaWord[]>([]);
  chosen = $state.raw<Chosen[]>([]);

  #formula: FormulaLoss | null = null;
  #client = new BenchClient({
    restarted: (reason) => {
      this.fault = t("losses.fault.restarted", { fault: reason });
      this.generation += 1;
    },
    broken: (reason) => {
      this.status = "failed";
      this.fault = reason;
    },
  });
  /** Counts the workers: what was asked of an earlier one must be asked again. */
  generation = $state(0);

  /** The losses in their order, plain; a new list for a new worker. */
  readonly losses = $derived.by(() => {
    void this.generation;
    return this.chosen.map(({ loss }) => loss);
  });
  readonly full = $derived(this.chosen.length >= MAX_LANES);

  async start(asked: string | null): Promise<void> {
    try {
      const offer = await this.ask("start", { version: PROTOCOL_VERSION });
      this.catalogue = translated(offer.catalogue);
      this.formulaWords = offer.formulaWords;
      this.#formula = offer.formula;
      const losses = asked === null ? [] : await this.#valid(readLosses(asked, this.catalogue));
      this.chosen = (losses.length > 0 ? losses : this.opening())
        .slice(0, MAX_LANES)
        .map((loss, at) => new Chosen(at, loss));
      this.status = "ready";
    } catch (error) {
      this.status = "failed";
      this.fault ??= message(error);
    }
  }

  ask<T extends CommandType>(type: T, asks: Asks<T>): Promise<Gives<T>> {
    return this.#client.ask(type, asks);
  }

  /** What the page opens with. */
  opening(): Loss[] {
    return OPENING.flatMap((kind) => {
      const info = this.info(kind);
      return info === undefined ? [] : [defaultLoss(info)];
    });
  }

  info(kind: string): LossInfo | undefined {
    return this.catalogue.find((info) => info.kind === kind);
  }

  /** A loss of that kind to begin with. */
  fresh(kind: string): Loss | undefined {
    const info = this.info(kind);
    if (kind === "formula" && this.#formula !== null) return this.#formula;
    return info === undefined ? undefined : defaultLoss(info);
  }

  add(kind: string): void {
    const loss = this.fresh(kind);
    if (loss === undefined || this.full) return;
    const taken = new Set(this.chosen.map(({ slot }) => slot));
    const slot = [...Array(MAX_LANES).keys()].find((free) => !taken.has(free)) ?? 0;
    this.chosen = [...this.chosen, new Chosen(slot, loss)];
  }

  remove(chosen: Chosen): void {
    if (this.chosen.length > 1) this.chosen = this.chosen.filter((other) => other !== chosen);
  }

  /** A name for legends; namesakes are told apart by the parameters in which they differ. */
  nameOf(chosen: Chosen): string {
    const info = this.info(chosen.loss.kind);
    if (info === undefined) return chosen.loss.kind;
    if (isFormula(chosen.loss)) return this.#nameOfFormula(chosen, info);
    const namesakes = this.chosen.filter(({ loss }) => loss.kind === chosen.loss.kind);
    const differing = info.parameters.filter((parameter) =>
      namesakes.some(({ loss }) => parameterOf(loss, parameter) !== parameterOf(chosen.loss, parameter)),
    );
    const values = differing.map((parameter) => `${parameter.name} ${plain(parameterOf(chosen.loss, parameter))}`);
    return [info.short_name, ...values].join(", ");
  }

  /** Formulas have parameters of their own: several are counted. */
  #nameOfFormula(chosen: Chosen, { short_name: name }: LossInfo): string {
    const formulas = this.chosen.filter(({ loss }) => isFormula(loss));
    return formulas.length > 1 ? `${name} ${formulas.indexOf(chosen) + 1}` : name;
  }

  /** An address may be mistyped or of another version: what cannot be used is said, and the rest is kept. */
  async #valid({ losses, problems }: { losses: Loss[]; problems: string[] }): Promise<Loss[]> {
    const reasons = await this.ask("check", { losses });
    const all = [...problems, ...reasons.filter((reason) => reason !== null)];
    if (all.length > 0) this.fault = t("losses.fault.address", { reasons: all.join(" ") });
    const usable = losses.filter((_, at) => reasons[at] === null);
    // A formula without its text is the example, whose text is wanted here.
    return usable.map((loss) => (loss.kind === "formula" && !isFormula(loss) ? (this.fresh("formula") ?? loss) : loss));
  }
}

export const bench = new Bench();
