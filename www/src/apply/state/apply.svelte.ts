/** The state of the page: networks, images, and what the ones make of the open one of the others. */
import type { ImageValues, MetricDescription, MetricInfo, NetInfo, Picture, Sample } from "../../engine/types";
import { t } from "../../i18n/messages";
import type { Chosen } from "../../lib/files";
import { takeOver } from "../../lib/handover";
import { MAX_LANES } from "../../lib/lane-style";
import { told, wordsOf, type Told } from "../../lib/told";
import { ApplyClient } from "../engine/client";
import { holds, isArchive } from "../lib/archives";
import { type Opened, PROTOCOL_VERSION, type Result } from "../engine/protocol";

export type Show = "outlines" | "errors" | "probability";

export interface NetEntry {
  id: number;
  name: string;
  file: Blob;
  info: NetInfo;
  /** Colour and marker. */
  slot: number;
}

export interface ImageEntry {
  id: number;
  name: string;
  /** A file and the masks that go with it, or an image of a run. */
  from: { image: Chosen; masks: Chosen[] } | { sample: Sample };
}

/** What can go no further, and what it was about. */
export interface Refusal {
  name: string;
  reason: string;
}

/** What a network's metrics come to over images. */
export interface Overall {
  net: NetEntry;
  values: ImageValues[];
  described: MetricDescription[];
}

const MAX_IMAGES = 2000;
const WEIGHTS = /\.safetensors$/i;

class Apply {
  nets = $state.raw<NetEntry[]>([]);
  images = $state.raw<ImageEntry[]>([]);
  refusals = $state.raw<Refusal[]>([]);
  /** What the page is doing, as words; null where it waits. */
  busy = $state<string | null>(null);
  fault = $state.raw<Told | null>(null);
  metrics = $state.raw<MetricInfo[]>([]);
  /** Of the image that is open. */
  image = $state<number | null>(null);
  opened = $state.raw<Opened | null>(null);
  truth = $state.raw<Picture | null>(null);
  results = $state.raw<Record<number, Result>>({});
  /** Why a network made nothing of the open image. */
  failures = $state.raw<Record<number, Told>>({});
  show = $state<Show>("outlines");
  showTruth = $state(true);
  /** The networks under the slider, left and right. */
  left = $state<number | null>(null);
  right = $state<number | null>(null);

  /** Over all images that have a mask, and how far that has come. */
  overall = $state.raw<Overall[] | null>(null);
  round = $state.raw<{ done: number; total: number } | null>(null);

  readonly entry = $derived(this.images.find(({ id }) => id === this.image) ?? null);
  readonly place = $derived(this.images.findIndex(({ id }) => id === this.image));

  #client: ApplyClient | null = null;
  #started: Promise<void> | null = null;
  #nextId = 1;
  /** All files that were ever brought, so that a mask that comes later finds its image. */
  #files: Chosen[] = [];
  /** Images that were removed again, of archives that are still there. */
  #removed = new Set<string>();
  /** Goes up when another image is opened: what is still on its way is of the old one. */
  #opening = 0;
  /** What uses the open photo goes one behind the other. */
  #turn: Promise<void> = Promise.resolve();
  /** Likewise of rounds over all images. */
  #rounds = 0;

  #ask(): ApplyClient {
    this.#client ??= new ApplyClient((reason) => this.#broke(reason));
    return this.#client;
  }

  /** Loads what decodes and predicts. */
  start(): Promise<void> {
    return (this.#started ??= this.#ask()
      .ask("start", { version: PROTOCOL_VERSION })
      .then((metrics) => {
        this.metrics = metrics;
      }));
  }

  /** A worker that broke down is replaced; networks are handed to the new one. */
  #broke(reason: string): void {
    this.fault = { words: reason };
    this.#client?.dispose();
    this.#client = null;
    this.#started = null;
    this.#opening += 1;
    this.#rounds += 1;
    [this.opened, this.truth, this.results, this.busy] = [null, null, {}, null];
    void this.start()
      .then(() => Promise.all(this.nets.map(({ id, file }) => this.#ask().ask("add_net", { net: id, file }))))
      .catch((error: unknown) => (this.fault = told(error)));
  }

  /** Networks, images and masks, in any order. */
  async add(chosen: Chosen[]): Promise<void> {
    const weights = chosen.filter(({ path }) => WEIGHTS.test(path));
    const files = chosen.filter(({ path }) => !WEIGHTS.test(path));
    this.refusals = [];
    await this.#during(t("apply.busy.reading"), async () => {
      await this.start();
      for (const { path, file } of weights) await this.#addNet(nameOf(path), file);
      if (files.length > 0) await this.#addImages(files);
    });
    await this.refresh();
  }

  /** The networks of a run in another tab, with images that they have not trained on. */
  async takeRun(id: string): Promise<void> {
    await this.#during(t("apply.busy.run"), async () => {
      await this.start();
      const { nets, samples } = await takeOver(id);
      for (const { name, bytes } of nets) await this.#addNet(name, new Blob([bytes]));
      const images = samples.map((sample) => ({ id: this.#nextId++, name: sample.name, from: { sample } }));
      this.images = [...this.images, ...images];
    });
    await this.refresh();
  }

  async #addNet(name: string, file: Blob): Promise<void> {
    if (this.nets.length >= MAX_LANES) {
      const reason = t("apply.refused.nets", { most: MAX_LANES });
      this.refusals = [...this.refusals, { name, reason }];
      return;
    }
    const id = this.#nextId++;
    try {
      const info = await this.#ask().ask("add_net", { net: id, file });
      const taken = new Set(this.nets.map(({ slot }) => slot));
      const slot = [...Array(MAX_LANES).keys()].find((slot) => !taken.has(slot)) ?? 0;
      this.nets = [...this.nets, { id, name: this.#unique(name), file, info, slot }];
      this.left ??= id;
      if (this.left !== id) this.right ??= id;
    } catch (error) {
      this.refusals = [...this.refusals, { name, reason: wordsOf(error) }];
    }
  }

  #unique(name: string): string {
    const taken = new Set(this.nets.map((net) => net.name));
    let unique = name;
    for (let count = 2; taken.has(unique); count += 1) unique = `${name} (${count})`;
    return unique;
  }

  async #addImages(files: Chosen[]): Promise<void> {
    const fresh = new Set(files.map(({ path }) => path));
    const all = [...this.#files.filter(({ path }) => !fresh.has(path)), ...files];
    const archives = all.filter(isArchive);
    const archiveOf = (path: string) => archives.find((archive) => holds(archive, path));
    const isFresh = (path: string) => fresh.has(archiveOf(path)?.path ?? path);
    for (const path of this.#removed) if (isFresh(path)) this.#removed.delete(path);
    const pairing = await this.#ask().ask("pair", { files: all });
    const by = new Map(all.map((chosen) => [chosen.path, chosen]));
    const chosenOf = (path: string): Chosen[] => {
      const file = by.get(path)?.file ?? archiveOf(path)?.file;
      return file === undefined ? [] : [{ path, file }];
    };
    const pairs = pairing.pairs.map(({ images, masks }) => ({ image: images[0] ?? "", masks }));
    const alone = pairing.unpaired
      .filter(({ role }) => role === "image")
      .map(({ path }) => ({ image: path, masks: [] }));
    const entries = [...pairs, ...alone].flatMap(({ image: path, masks: paths }): ImageEntry[] => {
      const [image] = this.#removed.has(path) ? [] : chosenOf(path);
      if (image === undefined) return [];
      const masks = paths.flatMap(chosenOf);
      const known = this.images.find(({ from }) => "image" in from && from.image.path === image.path);
      const given = known !== undefined && "image" in known.from && masks.length === 0 ? known.from.masks : masks;
      return [{ id: known?.id ?? this.#nextId++, name: image.path, from: { image, masks: given } }];
    });
    const masksAlone = pairing.unpaired.filter(({ role, path }) => role === "mask" && isFresh(path));
    const wanted = [
      ...entries.flatMap(({ from }) => ("image" in from ? [from.image, ...from.masks] : [])),
      ...masksAlone,
    ];
    if (wanted.length > MAX_IMAGES) {
      throw new Error(t("apply.refused.images", { most: MAX_IMAGES, count: wanted.length }));
    }
    const used = new Set(wanted.map(({ path }) => archiveOf(path)?.path ?? path));
    this.refusals = [
      ...this.refusals,
      ...masksAlone.map(({ path, reason }) => ({ name: path, reason })),
      ...files
        .filter(({ path }) => !used.has(path))
        .map((file) => ({
          name: file.path,
          reason: t(isArchive(file) ? "apply.refused.archive" : "apply.refused.file"),
        })),
    ];
    this.#files = all.filter(({ path }) => used.has(path));
    const samples = this.images.filter(({ from }) => "sample" in from);
    this.images = [...entries.sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true })), ...samples];
    if (entries.some(({ id }) => id === this.image)) this.#forget();
  }

  /** A mask for the open image, whatever its name. */
  async giveMask(chosen: Chosen[]): Promise<void> {
    const { entry } = this;
    if (entry === null || !("image" in entry.from) || chosen.length === 0) return;
    const from = { ...entry.from, masks: chosen };
    this.images = this.images.map((other) => (other.id === entry.id ? { ...entry, from } : other));
    this.#forget();
    await this.refresh();
  }

  async removeNet(id: number): Promise<void> {
    this.nets = this.nets.filter((net) => net.id !== id);
    this.results = without(this.results, id);
    this.failures = without(this.failures, id);
    const spare = (other: number | null) => this.nets.find((net) => net.id !== other)?.id ?? null;
    if (this.left === id) this.left = spare(this.right);
    if (this.right === id) this.right = spare(this.left);
    if (this.#client !== null) await this.#during(null, () => this.#ask().ask("remove_net", { net: id }));
  }

  async removeImage(id: number): Promise<void> {
    const at = this.images.findIndex((image) => image.id === id);
    const gone = this.images[at];
    this.images = this.images.filter((image) => image.id !== id);
    if (gone !== undefined && "image" in gone.from) {
      const paths = new Set([gone.from.image, ...gone.from.masks].map(({ path }) => path));
      this.#files = this.#files.filter(({ path }) => !paths.has(path));
      this.#removed.add(gone.from.image.path);
    }
    if (this.image !== id) return;
    this.image = (this.images[at] ?? this.images[at - 1])?.id ?? null;
    this.#forget();
    await this.refresh();
  }

  async open(id: number): Promise<void> {
    if (id === this.image && this.opened !== null) return;
    this.image = id;
    this.#forget();
    await this.refresh();
  }

  /** The image before or behind the open one. */
  async step(by: number): Promise<void> {
    const next = this.images[this.place + by];
    if (next !== undefined) await this.open(next.id);
  }

  #forget(): void {
    this.#opening += 1;
    [this.opened, this.truth, this.results, this.failures] = [null, null, {}, {}];
  }

  /** Opens the image that is wanted, and applies the networks that have not been. */
  refresh(): Promise<void> {
    return (this.#turn = this.#turn.then(() => this.#refresh()));
  }

  async #refresh(): Promise<void> {
    this.image ??= this.images[0]?.id ?? null;
    const { entry } = this;
    if (entry === null) return;
    const opening = this.#opening;
    const overtaken = () => opening !== this.#opening;
    await this.#during(t("apply.busy.opening", { name: entry.name }), async () => {
      const { from } = entry;
      if (this.opened === null) {
        const opened =
          "sample" in from ? await this.#ask().ask("open_sample", from) : await this.#ask().ask("open", from);
        if (overtaken()) return;
        this.opened = opened;
        if (!opened.masked && this.show === "errors") this.show = "outlines";
      }
      for (const net of this.nets) {
        if (this.results[net.id] !== undefined || this.failures[net.id] !== undefined) continue;
        this.busy = t("apply.busy.applying", { name: net.name });
        try {
          this.truth ??= await this.#ask().ask("truth", { classes: net.info.classes.length });
          if (overtaken()) return;
          const result = await this.#ask().ask("predict", { net: net.id, name: entry.name });
          if (overtaken()) return;
          this.results = { ...this.results, [net.id]: result };
        } catch (error) {
          if (overtaken()) return;
          this.failures = { ...this.failures, [net.id]: told(error) };
        }
      }
    });
  }

  readonly masked = $derived(this.images.filter(({ from }) => "sample" in from || from.masks.length > 0));

  /** Applies every network to every image that has a mask. */
  measureAll(): Promise<void> {
    return (this.#turn = this.#turn.then(() => this.#measureAll()).then(() => this.#refresh()));
  }

  async #measureAll(): Promise<void> {
    this.overall = null;
    const { masked: images, nets } = this;
    const found: Record<number, ImageValues[]> = {};
    const problems: Refusal[] = [];
    const round = ++this.#rounds;
    this.#forget();
    await this.#during(t("apply.busy.measuring"), async () => {
      for (const [done, { name, from }] of images.entries()) {
        this.round = { done, total: images.length };
        try {
          await ("sample" in from ? this.#ask().ask("open_sample", from) : this.#ask().ask("open", from));
          for (const { id } of nets) {
            const values = await this.#ask().ask("measure", { net: id, name });
            if (round !== this.#rounds) return;
            if (values !== null) (found[id] ??= []).push(values);
          }
        } catch (error) {
          if (round !== this.#rounds) return;
          problems.push({ name, reason: wordsOf(error) });
        }
      }
      const overall: Overall[] = [];
      for (const net of nets) {
        const values = found[net.id] ?? [];
        if (values.length === 0) continue;
        overall.push({ net, values, described: await this.#ask().ask("describe", { images: values }) });
      }
      this.overall = overall;
      this.refusals = problems;
    });
    this.round = null;
  }

  cancelAll(): void {
    this.#rounds += 1;
  }

  /** A PNG file of what a network made of the open image. */
  async png(net: number, what: "mask" | "probability"): Promise<Uint8Array<ArrayBuffer> | null> {
    let bytes: Uint8Array<ArrayBuffer> | null = null;
    await this.#during(t("apply.busy.png"), async () => {
      bytes = await this.#ask().ask(what, { net });
    });
    return bytes;
  }

  async #during(words: string | null, action: () => Promise<unknown>): Promise<void> {
    this.busy = words ?? this.busy;
    try {
      await action();
    } catch (error) {
      this.fault = told(error);
    } finally {
      this.busy = null;
    }
  }
}

function without<T>(entries: Record<number, T>, id: number): Record<number, T> {
  return Object.fromEntries(Object.entries(entries).filter(([key]) => Number(key) !== id));
}

/** A file's name without folders and ending. */
export function nameOf(path: string): string {
  return (path.split("/").at(-1) ?? path).replace(/\.[^.]+$/, "");
}

/** A metric of one image and class. */
export function valueOf(values: ImageValues | null, metric: string, which: number): number | null | undefined {
  return values?.values.find((found) => found.metric === metric)?.per_class[which];
}

export const apply = new Apply();
