/** A study that is being composed: its document, the grid that it makes, and roughly how long that takes here. */
import { told, type Told } from "../../lib/told";
import { StudyClient } from "../engine/client";
import type { Preset, StudyInfo } from "../engine/types";

/** A pause in typing. */
const REST_MS = 350;
/** What can be changed without reading JSON. */
export const DIALS = ["seeds", "steps", "images", "size"] as const;
export type Dial = (typeof DIALS)[number];

/** The parts of a document that the dials turn; the rest passes through untouched. */
interface Document {
  base?: {
    training?: { steps?: number };
    data?: { source?: string; count?: number; size?: number };
  };
  grid?: { seeds?: number[] };
}

const parse = (text: string): Document | null => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : null;
  } catch {
    return null;
  }
};

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export class Draft {
  presets = $state.raw<Preset[]>([]);
  text = $state("");
  /** The preset it began as. */
  preset = $state<string | null>(null);
  info = $state.raw<StudyInfo | null>(null);
  /** What is wrong with the document. */
  problem = $state.raw<Told | null>(null);
  /** Seconds that a cell takes here, by its dataset; null of those that were not tried yet. */
  seconds = $state.raw<Record<string, number>>({});
  /** Why that cannot be told. */
  unforeseen = $state.raw<Told | null>(null);
  checking = $state(false);

  #client: StudyClient | null = null;
  #turn = 0;

  /** Loads the presets, and begins with one where nothing was begun. */
  async start(): Promise<void> {
    if (this.presets.length > 0) return;
    this.#client ??= new StudyClient();
    this.presets = await this.#client.start();
    const [first] = this.presets;
    if (this.text === "" && first !== undefined) this.choose(first);
  }

  choose(preset: Preset): void {
    this.preset = preset.name;
    this.#set(preset.document, 0);
  }

  /** A document from elsewhere, or typed. */
  write(text: string): void {
    this.preset = null;
    this.#set(text, REST_MS);
  }

  /** Where all datasets have been tried. */
  get total(): number | null {
    const cells = this.info?.cells ?? [];
    const each = cells.map(({ dataset }) => this.seconds[dataset]);
    return each.every((one) => one !== undefined) ? each.reduce((sum, one) => sum + one, 0) : null;
  }

  dial(dial: Dial): number | null {
    const document = parse(this.info?.document ?? "");
    const data = document?.base?.data;
    switch (dial) {
      case "seeds":
        return document?.grid?.seeds?.length ?? null;
      case "steps":
        return document?.base?.training?.steps ?? null;
      case "images":
        return data?.source === "synthetic" ? (data.count ?? null) : null;
      case "size":
        return data?.source === "synthetic" ? (data.size ?? null) : null;
    }
  }

  turn(dial: Dial, value: number): void {
    const document = parse(this.text);
    if (document === null) return;
    const base = (document.base ??= {});
    if (dial === "seeds") {
      document.grid = { ...document.grid, seeds: Array.from({ length: value }, (_, index) => index + 1) };
    } else if (dial === "steps") {
      base.training = { ...base.training, steps: value };
    } else {
      // A document may leave out what is the default; the engine then says what it lacks.
      base.data = { ...base.data, [dial === "images" ? "count" : "size"]: value };
    }
    this.#set(JSON.stringify(document, null, 2), 0);
  }

  /** It is taken: the next one begins anew. */
  reset(): void {
    this.#turn += 1;
    this.text = "";
    this.info = null;
    const [first] = this.presets;
    if (first !== undefined) this.choose(first);
  }

  #set(text: string, rest: number): void {
    this.text = text;
    void this.#check(++this.#turn, rest);
  }

  async #check(turn: number, rest: number): Promise<void> {
    this.checking = true;
    await wait(rest);
    if (turn !== this.#turn) return;
    this.#client ??= new StudyClient();
    const client = this.#client;
    try {
      const info = await client.ask("open", { folders: [{ name: "draft", files: [["study.json", this.text]] }] });
      if (turn !== this.#turn) return;
      this.info = info;
      this.problem = null;
      this.seconds = {};
      this.unforeseen = null;
    } catch (error) {
      if (turn !== this.#turn) return;
      this.info = null;
      this.problem = told(error);
      this.#renew();
      return;
    } finally {
      if (turn === this.#turn) this.checking = false;
    }
    await this.#foresee(client, turn);
  }

  /** Tries a few steps on each dataset. */
  async #foresee(client: StudyClient, turn: number): Promise<void> {
    const cells = this.info?.cells ?? [];
    const firsts = cells.filter((cell, place) => cells[place - 1]?.dataset !== cell.dataset);
    for (const { dataset, key } of firsts) {
      if (turn !== this.#turn) return;
      try {
        const seconds = await client.ask("foresee", { key });
        if (turn === this.#turn) this.seconds = { ...this.seconds, [dataset]: seconds };
      } catch (error) {
        if (turn === this.#turn) this.unforeseen ??= told(error);
        this.#renew();
        return;
      }
    }
  }

  #renew(): void {
    if (this.#client === null || this.#client.broken === null) return;
    this.#client.dispose();
    this.#client = null;
  }
}
