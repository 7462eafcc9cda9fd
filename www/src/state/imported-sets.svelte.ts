/** The sets of images that were imported: in memory for this visit, and kept in this browser for later ones. */
import type { ImportReport } from "../engine/types";
import { t } from "../i18n/messages";
import { deleteSet, readSets, writeSet } from "./storage";

/** Another version's sets are not read. */
const SET_VERSION = 1;
/** Pictures of more pairs would take more room than the images. */
export const PAIRS_SHOWN = 60;

export interface ImportedSet {
  version: number;
  /** What experiments name it by; never given twice. */
  id: string;
  name: string;
  /** Milliseconds since 1970. */
  savedAt: number;
  /** Bytes. */
  size: number;
  /** Pairs of image and mask; the report holds the first of them. */
  pairs: number;
  report: ImportReport;
  /** What an engine reads. A blob: the browser need not hold it in memory. */
  data: Blob;
}

/** Sets that were kept before there were volumes among them do not tell their depth. */
function withDepth(set: ImportedSet): ImportedSet {
  return { ...set, report: Object.assign({ depth: 1 }, set.report) };
}

class ImportedSets {
  /** Oldest first. */
  all = $state.raw<ImportedSet[]>([]);
  /** Why sets are not kept for a later visit, by their ids. */
  unkept = $state.raw<Record<string, string>>({});

  #loading: Promise<void> | null = null;

  /** Finds those of earlier visits. A browser that stores nothing has none. */
  load(): Promise<void> {
    this.#loading ??= readSets().then(
      (found) => {
        const known = found.filter(({ version }) => version === SET_VERSION);
        const before = known.sort((a, b) => a.savedAt - b.savedAt);
        this.all = [...before.map(withDepth), ...this.all];
      },
      () => undefined,
    );
    return this.#loading;
  }

  find(id: string): ImportedSet | undefined {
    return this.all.find((set) => set.id === id);
  }

  /** Null where there is no such set. */
  async bytes(id: string): Promise<ArrayBuffer | null> {
    const set = this.find(id);
    if (set === undefined) return null;
    try {
      return await set.data.arrayBuffer();
    } catch {
      throw new Error(t("importing.error.gone", { name: set.name }));
    }
  }

  /** Takes in a new set; resolves when it is kept, or it is known why it cannot be. */
  async add(name: string, report: ImportReport, dataset: ArrayBuffer): Promise<ImportedSet> {
    const set: ImportedSet = {
      version: SET_VERSION,
      id: `import-${Date.now()}-${Math.random().toString(36).slice(2, 10)}`,
      name: this.#unused(name),
      savedAt: Date.now(),
      size: dataset.byteLength,
      pairs: report.pairs.length,
      report: { ...report, pairs: report.pairs.slice(0, PAIRS_SHOWN) },
      data: new Blob([dataset]),
    };
    this.all = [...this.all, set];
    try {
      await writeSet(set);
    } catch (error) {
      const why = error instanceof Error ? error.message : "";
      const said = why === "" ? t("importing.error.unkept") : t("importing.error.unkept.why", { why });
      this.unkept = { ...this.unkept, [set.id]: said };
    }
    return set;
  }

  /** What is no longer listed is no longer kept. */
  async remove(id: string): Promise<void> {
    await deleteSet(id).catch(() => undefined); // where nothing can be stored, nothing was
    this.all = this.all.filter((set) => set.id !== id);
  }

  #unused(name: string): string {
    const taken = new Set(this.all.map((set) => set.name));
    let unused = name;
    for (let count = 2; taken.has(unused); count += 1) unused = `${name} (${count})`;
    return unused;
  }
}

export const sets = new ImportedSets();
