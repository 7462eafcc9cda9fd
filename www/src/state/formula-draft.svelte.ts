/** A loss as it is edited. A formula is edited while another one, the last that was applied, is in force. */
import { untrack } from "svelte";
import type { FormulaFault, FormulaInspection, Loss, LossInfo } from "../engine/types";
import { infoOfFormula, isFormula, type FormulaLoss } from "../lib/losses";

interface Inspected {
  text: string;
  inspection: FormulaInspection;
}

interface Owner {
  /** The loss in force. */
  loss: () => Loss;
  /** The catalogue's entry of its kind. */
  info: () => LossInfo | undefined;
  inspect: (text: string) => Promise<FormulaInspection>;
  /** Puts a loss in force. */
  apply: (loss: Loss) => void;
}

/** Made by the component that shows it. */
export class FormulaDraft {
  text = $state("");
  #owner: Owner;
  /** The last answer to what was typed. */
  #latest = $state.raw<Inspected | null>(null);
  #inForce = $state.raw<Inspected | null>(null);
  /** The text to be applied as soon as it is known whether it can be. */
  #wish: string | null = null;

  constructor(owner: Owner) {
    this.#owner = owner;
    $effect(() => {
      const { typed } = this;
      untrack(() => this.#follow(typed));
    });
  }

  /** The loss in force, where it is a formula. */
  readonly typed = $derived.by<FormulaLoss | null>(() => {
    const loss = this.#owner.loss();
    return isFormula(loss) ? loss : null;
  });
  readonly fault = $derived.by<FormulaFault | null>(() => this.#latest?.inspection.error ?? null);
  /** It can be applied, and would change something. */
  readonly ready = $derived(this.fault === null && this.#latest !== null && this.#latest.text !== this.#inForce?.text);
  /** What was typed, or, where that is wrong, what is in force. */
  readonly #standing = $derived(this.fault === null ? this.#latest : this.#inForce);
  /** The catalogue's entry; a formula's formula and parameters are its own. */
  readonly info = $derived.by<LossInfo | undefined>(() => {
    const info = this.#owner.info();
    if (info === undefined || this.typed === null || this.#standing === null) return info;
    return infoOfFormula(info, this.#standing.inspection);
  });
  /** The loss with what was typed: parameters keep their values by name, new ones take their defaults. */
  readonly loss = $derived.by<Loss>(() => {
    if (this.typed === null || this.#standing === null) return this.#owner.loss();
    const { text, inspection } = this.#standing;
    const known = this.typed.parameters;
    const values = inspection.parameters.map(({ name, default: first }): [string, number] => [
      name,
      known[name] ?? first,
    ]);
    return { kind: "formula", formula: text, parameters: Object.fromEntries(values) };
  });

  type(text: string): void {
    void this.#inspect(text);
  }

  /** Back to what is in force. */
  revert(): void {
    if (this.#inForce !== null) this.type(this.#inForce.text);
  }

  apply(): void {
    if (this.#latest?.text !== this.text) this.#wish = this.text;
    else if (this.ready) this.set(this.loss);
  }

  /** Puts the loss in force with other values of its parameters. */
  set(loss: Loss): void {
    if (this.typed !== null) this.#inForce = this.#standing;
    this.#owner.apply(loss);
  }

  /** Takes over what is in force, unless that came from here: what is being typed stays. */
  #follow(loss: FormulaLoss | null): void {
    if (loss === null) this.#latest = this.#inForce = null;
    else if (loss.formula !== this.#inForce?.text) void this.#open(loss.formula);
  }

  async #open(text: string): Promise<void> {
    const inspected = await this.#inspect(text);
    if (inspected !== null) this.#inForce = inspected;
  }

  async #inspect(text: string): Promise<Inspected | null> {
    this.text = text;
    this.#wish = null;
    try {
      const inspected = { text, inspection: await this.#owner.inspect(text) };
      this.#answered(inspected);
      return inspected;
    } catch {
      return null; // The engine has stopped, of which the page speaks.
    }
  }

  /** The latest text wins: answers to earlier ones are dropped. */
  #answered(inspected: Inspected): void {
    if (inspected.text !== this.text) return;
    this.#latest = inspected;
    if (this.#wish === inspected.text) this.apply();
  }
}
