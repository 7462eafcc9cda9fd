/** A formula while it is being typed: what the box says, and what is trained with meanwhile. */
import type { FormulaFault, FormulaInspection } from "../engine/types";
import type { FormulaLoss } from "../lib/losses";

interface Inspected {
  text: string;
  inspection: FormulaInspection;
}

interface Owner {
  inspect: (text: string) => Promise<FormulaInspection>;
  /** Trains with this from now on. */
  apply: (loss: FormulaLoss) => void;
}

export class FormulaDraft {
  text = $state("");
  #owner: Owner;
  /** The last answer to what was typed. */
  #latest = $state.raw<Inspected | null>(null);
  /** What is trained with. */
  #inForce = $state.raw<Inspected | null>(null);
  #values = $state.raw<Record<string, number>>({});
  /** The text to be applied as soon as it is known whether it can be. */
  #wish: string | null = null;

  constructor(owner: Owner) {
    this.#owner = owner;
  }

  readonly fault = $derived.by<FormulaFault | null>(() => this.#latest?.inspection.error ?? null);
  /** It can be applied, and would change something. */
  readonly ready = $derived(this.fault === null && this.#latest !== null && this.#latest.text !== this.#inForce?.text);
  /** What was typed, or, where that is wrong, what is trained with. */
  readonly #standing = $derived(this.fault === null ? this.#latest : this.#inForce);
  readonly inspection = $derived(this.#standing?.inspection ?? null);
  /** That as a loss: parameters keep their values by name, new ones take their defaults. */
  readonly loss = $derived.by<FormulaLoss | null>(() => {
    if (this.#standing === null) return null;
    const { text, inspection } = this.#standing;
    const values = inspection.parameters.map(({ name, default: first }) => [name, this.#values[name] ?? first]);
    return { kind: "formula", formula: text, parameters: Object.fromEntries(values) as Record<string, number> };
  });

  /** Takes over what is trained with; null where that is no formula. What is being typed stays. */
  follow(loss: FormulaLoss | null): void {
    if (loss === null) {
      this.#latest = this.#inForce = null;
      return;
    }
    this.#values = loss.parameters;
    if (loss.formula !== this.#inForce?.text) void this.#open(loss.formula);
  }

  type(text: string): void {
    void this.#inspect(text);
  }

  /** Back to what is trained with. */
  revert(): void {
    if (this.#inForce !== null) this.type(this.#inForce.text);
  }

  apply(): void {
    if (this.#latest?.text !== this.text) this.#wish = this.text;
    else if (this.ready && this.loss !== null) this.set(this.loss);
  }

  /** With other values of its parameters. */
  set(loss: FormulaLoss): void {
    this.#inForce = this.#standing;
    this.#values = loss.parameters;
    this.#owner.apply(loss);
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
