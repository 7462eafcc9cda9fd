/** The studies of this browser: which there are, and which is looked at. */
import { t } from "../../i18n/messages";
import type { Chosen } from "../../lib/files";
import { told, wordsOf, type Told } from "../../lib/told";
import { readHanded } from "../lib/files";
import { Draft } from "./draft.svelte";
import { RECORD_VERSION, deleteStudy, readStudies, writeShare, writeStudy, type StudyRecord } from "./storage";
import { OpenStudy } from "./study.svelte";

const QUERY = "study";

class Desk {
  status = $state<"starting" | "ready">("starting");
  all = $state.raw<StudyRecord[]>([]);
  /** Null: a study is being composed. */
  open = $state.raw<OpenStudy | null>(null);
  fault = $state.raw<Told | null>(null);
  readonly draft = new Draft();

  /** Those that run go on behind the one that is looked at. */
  #live = new Map<string, OpenStudy>();

  async start(): Promise<void> {
    try {
      this.all = await readStudies();
    } catch (error) {
      this.fault = { words: t("studies.unkept.all", { reason: wordsOf(error) }) };
    }
    const asked = new URLSearchParams(location.search).get(QUERY);
    const record = this.all.find(({ id }) => id === asked);
    if (record !== undefined) await this.show(record);
    else await this.compose();
    this.status = "ready";
  }

  async show(record: StudyRecord): Promise<void> {
    this.#leave();
    const live = this.#live.get(record.id);
    const study = live ?? new OpenStudy(record, (changed) => this.#changed(changed));
    this.#live.set(record.id, study);
    this.open = study;
    this.#address(record.id);
    if (live === undefined) await study.load();
  }

  async compose(): Promise<void> {
    this.#leave();
    this.open = null;
    this.#address(null);
    try {
      await this.draft.start();
    } catch (error) {
      this.fault = told(error);
    }
  }

  /** Makes a study of the draft. */
  async create(): Promise<void> {
    const { info, text, seconds } = this.draft;
    if (info === null) return;
    await this.#add(info.name, text, seconds);
    this.draft.reset();
  }

  async remove(record: StudyRecord): Promise<void> {
    this.#live.get(record.id)?.close();
    this.#live.delete(record.id);
    this.all = this.all.filter(({ id }) => id !== record.id);
    try {
      await deleteStudy(record.id);
    } catch (error) {
      this.fault = told(error);
    }
    if (this.open?.record.id === record.id) {
      this.open = null;
      await this.compose();
    }
  }

  /** Results go to the study that is looked at, or make one; a study alone becomes a draft. */
  async take(chosen: Chosen[]): Promise<void> {
    this.fault = null;
    try {
      const { folders, document } = await readHanded(chosen);
      if (document !== null) {
        await this.compose();
        this.draft.write(document);
      } else if (this.open !== null) {
        await this.open.add(folders);
      } else {
        const record = await this.#record(t("studies.others.name"), null, {});
        for (const folder of folders) await writeShare(record.id, folder);
        await this.show(record);
        const fault = this.open as OpenStudy | null;
        if (fault !== null && fault.info === null) {
          const why = fault.fault;
          await this.remove(record);
          this.fault = why;
        }
      }
    } catch (error) {
      this.fault = told(error);
    }
  }

  async #add(name: string, document: string, seconds: Record<string, number>): Promise<void> {
    await this.show(await this.#record(name, document, seconds));
  }

  async #record(name: string, document: string | null, seconds: Record<string, number>): Promise<StudyRecord> {
    const createdAt = Date.now();
    const id = `${createdAt.toString(36)}-${Math.random().toString(36).slice(2, 8)}`;
    const record: StudyRecord = {
      version: RECORD_VERSION,
      id,
      name,
      document,
      createdAt,
      cells: 0,
      done: 0,
      seconds: { ...seconds },
    };
    this.all = [record, ...this.all];
    try {
      await writeStudy(record);
    } catch (error) {
      this.fault = { words: t("studies.unkept.study", { reason: wordsOf(error) }) };
    }
    return record;
  }

  #changed(record: StudyRecord): void {
    this.all = this.all.map((known) => (known.id === record.id ? record : known));
  }

  #leave(): void {
    const { open } = this;
    if (open === null || open.busy) return;
    open.close();
    this.#live.delete(open.record.id);
  }

  #address(id: string | null): void {
    const address = new URL(location.href);
    if (id === null) address.searchParams.delete(QUERY);
    else address.searchParams.set(QUERY, id);
    history.replaceState(null, "", address);
  }
}

export const desk = new Desk();
