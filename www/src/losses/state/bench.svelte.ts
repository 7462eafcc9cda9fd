/** The bench: its worker, the catalogue, and the losses laid on it. */
import type { Loss, LossInfo } from "../../engine/types";
import { MAX_LANES } from "../../lib/lane-style";
import { defaultLoss, parameterOf } from "../../lib/losses";
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
  chosen = $state.raw<Chosen[]>([]);

  #client = new BenchClient((reason) => {
    this.status = "failed";
    this.fault = reason;
  });

  /** The losses in their order, plain. */
  readonly losses = $derived(this.chosen.map(({ loss }) => loss));
  readonly full = $derived(this.chosen.length >= MAX_LANES);

  async start(asked: string | null): Promise<void> {
    try {
      this.catalogue = await this.ask("start", { version: PROTOCOL_VERSION });
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

  add(kind: string): void {
    const info = this.info(kind);
    if (info === undefined || this.full) return;
    const taken = new Set(this.chosen.map(({ slot }) => slot));
    const slot = [...Array(MAX_LANES).keys()].find((free) => !taken.has(free)) ?? 0;
    this.chosen = [...this.chosen, new Chosen(slot, defaultLoss(info))];
  }

  remove(chosen: Chosen): void {
    if (this.chosen.length > 1) this.chosen = this.chosen.filter((other) => other !== chosen);
  }

  /** A name for legends; namesakes are told apart by the parameters in which they differ. */
  nameOf(chosen: Chosen): string {
    const info = this.info(chosen.loss.kind);
    if (info === undefined) return chosen.loss.kind;
    const namesakes = this.chosen.filter(({ loss }) => loss.kind === chosen.loss.kind);
    const differing = info.parameters.filter((parameter) =>
      namesakes.some(({ loss }) => parameterOf(loss, parameter) !== parameterOf(chosen.loss, parameter)),
    );
    const values = differing.map((parameter) => `${parameter.name} ${plain(parameterOf(chosen.loss, parameter))}`);
    return [info.short_name, ...values].join(", ");
  }

  /** An address may be mistyped or of another version: what cannot be used is said, and the rest is kept. */
  async #valid({ losses, problems }: { losses: Loss[]; problems: string[] }): Promise<Loss[]> {
    const reasons = await this.ask("check", { losses });
    const all = [...problems, ...reasons.filter((reason) => reason !== null)];
    if (all.length > 0) this.fault = `Something in the address was not used. ${all.join(" ")}`;
    return losses.filter((_, at) => reasons[at] === null);
  }
}

export const bench = new Bench();
