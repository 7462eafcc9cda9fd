/** The import of someone's own images: chosen, read, paired and decoded, looked at, trained on. */
import type { ClassMapping, ImportProgress, PairPreview, Pairing, Unpaired } from "../engine/types";
import { t } from "../i18n/messages";
import { EngineError, importFiles, openEasel } from "../import/client";
import { drawable } from "../import/classes";
import { paired, parted, UNTOUCHED, type Hand } from "../import/hand";
import { download } from "../lib/download";
import { nameOf, refuse, type Chosen } from "../lib/files";
import { fitNetwork } from "../lib/volumes";
import { Drawing } from "../mask/drawing.svelte";
import { tilesFor } from "../mask/tiles";
import { imagePng, maskPng } from "../mask/png";
import { changed, forOthers, USUAL, type Settings } from "./import-settings";
import { sets, type ImportedSet } from "./imported-sets.svelte";
import { lab } from "./lab.svelte";

/** Fewer images are divided into parts, to have some to train, validate and test on. */
const FEWEST_PAIRS = 3;
/** Larger images are drawn on, and then imported, at this many pixels. */
export const MOST_DRAWN = 4_000_000;

type Phase =
  | { kind: "choosing" }
  | { kind: "reading" | "decoding"; done: number; total: number; name: string }
  /** `pairs` are all of them in the visit that they came, and those that were kept later. */
  | { kind: "preview"; set: ImportedSet; pairs: PairPreview[] }
  /** There are images, and no mask for any. */
  | { kind: "unpaired"; images: Unpaired[] }
  | { kind: "opening"; name: string }
  | { kind: "drawing"; image: string; drawing: Drawing }
  /** `lang` where the message is in another language than the page. */
  | { kind: "failed"; message: string; lang?: "en" };

/** What cancelling comes back to. */
interface Before {
  phase: Phase;
  pairing: Pairing | null;
  files: Chosen[];
  hand: Hand;
  settings: Settings;
  classes: ClassMapping | null;
}

class ImportState {
  open = $state(false);
  phase = $state.raw<Phase>({ kind: "choosing" });
  settings = $state.raw<Settings>(USUAL);
  /** Where among the pairs one is looking. */
  page = $state(0);

  /** Which files are pairs and which are in none, with what was changed by hand. */
  pairing = $state.raw<Pairing | null>(null);

  #files = $state.raw<Chosen[]>([]);
  #name = "";
  #hand: Hand = UNTOUCHED;
  /** What values in masks stand for, where a person said so. */
  #classes: ClassMapping | null = null;
  /** The settings as a person chose them, where one image had to be cut into tiles all the same. */
  #wanted: Settings | null = null;
  /** Files in whose place something drawn has come. */
  #replaced = new Set<string>();
  /** What the files became so far. */
  #set: ImportedSet | null = null;
  /** What there was before a drawing, before what is under way, or before what failed. */
  #before: Before | null = null;
  /** Of the import under way. */
  #control: AbortController | null = null;

  get busy(): boolean {
    return ["reading", "decoding", "opening"].includes(this.phase.kind);
  }

  /** Pairs can be changed: the files are those of this visit. */
  get editable(): boolean {
    return this.#files.length > 0 && this.pairing !== null;
  }

  show(): void {
    this.open = true;
    if (!this.busy && this.phase.kind !== "drawing") this.phase = { kind: "choosing" };
  }

  close(): void {
    if (this.busy) this.cancel();
    this.open = false;
  }

  /** Gives up what is under way, or a drawing. */
  cancel(): void {
    this.#control?.abort();
    this.#control = null;
    this.phase = { kind: "choosing" };
    if (this.#before === null) return;
    ({ phase: this.phase, pairing: this.pairing, settings: this.settings } = this.#before);
    ({ files: this.#files, hand: this.#hand, classes: this.#classes } = this.#before);
  }

  /** There is something to come back to. */
  get returnable(): boolean {
    return this.phase.kind === "failed" && this.#before !== null && this.#before.phase.kind !== "choosing";
  }

  /** Other settings: what was chosen is imported again with them. */
  set(change: Partial<Settings>): void {
    const settings = changed(this.settings, change);
    this.#wanted = null;
    if (this.#files.length > 0 && this.phase.kind !== "choosing") void this.#import(() => (this.settings = settings));
    else this.settings = settings;
  }

  /** Other classes for the values in masks: what was chosen is imported again with them. */
  setClasses(classes: ClassMapping): void {
    void this.#import(() => (this.#classes = classes));
  }

  /** Imports files that are still being gathered: a folder of thousands takes a while. */
  async gather(coming: Promise<Chosen[]>): Promise<void> {
    if (this.busy || this.phase.kind === "drawing") return this.run(await coming);
    this.open = true;
    const tell = this.#begin({ kind: "reading", done: 0, total: 0, name: "" });
    try {
      const files = await coming;
      if (tell({ kind: "choosing" })) await this.run(files);
    } catch (error) {
      tell({ kind: "failed", message: t("importing.error.listing", { why: message(error) }) });
    }
  }

  async run(files: Chosen[]): Promise<void> {
    this.open = true;
    if (this.phase.kind === "drawing") {
      this.phase.drawing.said = t("mask.said.first");
      return;
    }
    const refusal = refuse(files);
    if (refusal !== null) {
      if (!this.busy) this.phase = { kind: "failed", message: refusal };
      return;
    }
    this.phase = { kind: "choosing" };
    this.#files = [];
    this.pairing = null;
    await this.#import(() => {
      this.#files = files;
      this.#name = nameOf(files);
      this.#hand = UNTOUCHED;
      this.#replaced = new Set();
      this.#set = null;
      this.#classes = null;
      this.page = 0;
      this.settings = forOthers(this.#wanted ?? this.settings);
      this.#wanted = null;
    });
  }

  /** Gives an image another mask. */
  setPair(image: string, masks: string[]): void {
    void this.#import(() => (this.#hand = paired(this.#hand, image, masks)));
  }

  removePair(image: string): void {
    void this.#import(() => (this.#hand = parted(this.#hand, image)));
  }

  /** The masks that an image has, as far as pairs are known. */
  masksOf(image: string): string[] {
    return this.pairing?.pairs.find(({ images }) => images.includes(image))?.masks ?? [];
  }

  /** Hands over both files, named so that they make a pair. */
  async save(image: string, { image: easel, labels, classes }: Drawing): Promise<void> {
    const name = (image.split("/").at(-1) ?? image).replace(/\.[^.]+$/, "");
    const original = this.#files.find(({ path }) => path === image)?.file;
    const usable = original !== undefined && easel.width === easel.full_width && original.type.startsWith("image/");
    const shown = usable ? original : await imagePng(easel.width, easel.height, easel.rgba);
    const ending = usable ? image.slice(image.lastIndexOf(".")) : ".png";
    download(shown, `${name}${ending}`);
    // Several classes as their numbers, as most programs have it.
    const numbers = classes.map((_, place) => `#${place.toString(16).padStart(2, "0").repeat(3)}`);
    download(await maskPng(labels, classes.length > 2 ? numbers : undefined), `${name}_mask.png`);
  }

  /** Opens an image to draw on, with the mask that it has, or with none. */
  async draw(image: string, masks: string[]): Promise<void> {
    const tell = this.#begin({ kind: "opening", name: image });
    try {
      const easel = await openEasel(this.#files, this.#classes, image, masks, MOST_DRAWN);
      tell({ kind: "drawing", image, drawing: new Drawing(easel) });
    } catch (error) {
      tell(failure(error));
    }
  }

  /** Takes a mask that was drawn, and imports all anew with it. */
  async use(image: string, { image: easel, labels }: Drawing): Promise<void> {
    const path = `${image} (drawn mask).png`;
    const drawn = this.#classes === null ? null : drawable(this.#classes);
    const mask = new File([await maskPng(labels, drawn?.colours)], path);
    const smaller = easel.width < easel.full_width ? await imagePng(easel.width, easel.height, easel.rgba) : null;
    const old = this.masksOf(image).filter((other) => other !== path);
    const others = this.pairing?.pairs.filter(({ images }) => !images.includes(image)).length ?? 0;
    await this.#import(() => {
      this.#put(path, mask);
      if (smaller !== null) this.#put(image, new File([smaller], image));
      for (const gone of smaller === null ? old : [...old, image]) this.#replaced.add(gone);
      this.#hand = paired(this.#hand, image, [path]);
      if (drawn !== null) this.#classes = drawn.mapping;
      if (others >= FEWEST_PAIRS - 1 || this.settings.fit === "tile") return;
      this.#wanted = this.settings;
      this.settings = { ...this.settings, size: tilesFor(easel, this.settings.size), fit: "tile" };
    });
  }

  /** Before the others: of two files of one path, an import keeps the first. */
  #put(path: string, file: File): void {
    this.#files = [{ path, file }, ...this.#files.filter((other) => other.path !== path)];
  }

  /** Ends what is under way; what comes of what now begins is told by the function returned. */
  #begin(phase: Phase): (phase: Phase) => boolean {
    if (["choosing", "preview", "unpaired"].includes(this.phase.kind)) {
      const { phase: before, pairing, settings } = this;
      const [files, hand, classes] = [this.#files, this.#hand, this.#classes];
      this.#before = { phase: before, pairing, files, hand, settings, classes };
    }
    this.#control?.abort();
    const control = new AbortController();
    this.#control = control;
    this.phase = phase;
    return (next) => {
      if (!control.signal.aborted) this.phase = next;
      return !control.signal.aborted;
    };
  }

  /** Imports the files anew, after a change that cancelling takes back. */
  async #import(change: () => void): Promise<void> {
    const tell = this.#begin({ kind: "reading", done: 0, total: this.#files.length, name: "" });
    change();
    const files = this.#files;
    const control = this.#control;
    if (control === null) return;
    try {
      const listener = {
        looked: (done: number, name: string) => tell({ kind: "reading", done, total: files.length, name }),
        paired: (pairing: Pairing) => {
          const { pairs, unpaired } = pairing;
          if (!tell({ kind: "decoding", done: 0, total: pairs.length, name: "" })) return;
          this.pairing = pairing;
          const images = unpaired.filter(({ role }) => role === "image");
          if (pairs.length > 0 || images.length === 0) return;
          tell({ kind: "unpaired", images });
          control.abort(); // there is nothing to decode
        },
        decoding: ({ done, total, name, part }: ImportProgress) =>
          tell({ kind: "decoding", done: done + (part ?? 0), total, name }),
      };
      const wishes = { options: this.settings, classes: this.#classes, hand: this.#hand };
      const imported = await importFiles(files, wishes, listener, control.signal);
      if (imported === null || control.signal.aborted) return;
      const { report, dataset } = imported;
      const rejected = report.rejected.filter(({ path }) => !this.#replaced.has(path));
      // What the same files became before gives way, unless it is trained on.
      const { data } = lab.draft ?? {};
      const former = this.#set;
      if (former !== null && !(data?.source === "imported" && data.id === former.id)) await sets.remove(former.id);
      const set = await sets.add(this.#name, { ...report, rejected }, dataset);
      this.#set = set;
      tell({ kind: "preview", set, pairs: report.pairs });
    } catch (error) {
      tell(failure(error));
    }
  }

  train(set: ImportedSet): void {
    this.open = false;
    lab.change(t("data.dataset"), (experiment) => {
      experiment.data = { source: "imported", id: set.id, split: experiment.data.split };
      fitNetwork(experiment, set.report.depth > 1 ? 3 : 2);
    });
  }

  /** Shows again what an import found. */
  look(set: ImportedSet): void {
    if (this.busy || this.phase.kind === "drawing") return;
    this.open = true;
    this.#files = [];
    this.pairing = null;
    this.page = 0;
    this.phase = { kind: "preview", set, pairs: set.report.pairs };
  }
}

function failure(error: unknown): Phase {
  return { kind: "failed", message: message(error), lang: error instanceof EngineError ? "en" : undefined };
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export const importing = new ImportState();
