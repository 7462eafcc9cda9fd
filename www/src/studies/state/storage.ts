/** What is kept of studies in this browser, in a database of its own: each result is there as soon as it is made. */
import { t } from "../../i18n/messages";
import type { Folder } from "../engine/types";

const DATABASE = "losscope-studies";
const VERSION = 1;
const STUDIES = "studies";
const RESULTS = "results";
const SHARES = "shares";

/** Another version's studies are not read. */
export const RECORD_VERSION = 1;

/** A study, without its results. */
export interface StudyRecord {
  version: number;
  /** Never given twice. */
  id: string;
  name: string;
  /** The document as it was given; null where the study is that of other people's files. */
  document: string | null;
  /** Milliseconds since 1970. */
  createdAt: number;
  cells: number;
  done: number;
  /** Roughly how long a cell takes here, by its dataset; empty where nobody has tried. */
  seconds: Record<string, number>;
}

/** Files of someone else, which belong to a study. */
interface ShareRecord {
  study: string;
  folder: Folder;
}

interface ResultRecord {
  study: string;
  key: string;
  text: string;
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error(t("studies.storage.failed")));
  });
}

function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, VERSION);
  request.onupgradeneeded = () => {
    const { result: database } = request;
    database.createObjectStore(STUDIES, { keyPath: "id" });
    database.createObjectStore(RESULTS, { keyPath: ["study", "key"] });
    database.createObjectStore(SHARES, { keyPath: ["study", "folder.name"] });
  };
  return settled(request);
}

/** Resolves when what `action` asked for is on disk, all of it or nothing. */
async function transact<T>(
  names: string[],
  mode: IDBTransactionMode,
  action: (store: (name: string) => IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await open();
  try {
    const transaction = database.transaction(names, mode);
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error(t("studies.storage.refused")));
    });
    const [result] = await Promise.all([settled(action((name) => transaction.objectStore(name))), done]);
    return result;
  } finally {
    database.close();
  }
}

/** Everything of one study: arrays come behind all texts. */
const ofStudy = (id: string) => IDBKeyRange.bound([id], [id, []]);

export async function readStudies(): Promise<StudyRecord[]> {
  const all = (await transact([STUDIES], "readonly", (store) => store(STUDIES).getAll())) as StudyRecord[];
  return all.filter(({ version }) => version === RECORD_VERSION).sort((a, b) => b.createdAt - a.createdAt);
}

export async function writeStudy(record: StudyRecord): Promise<void> {
  await transact([STUDIES], "readwrite", (store) => store(STUDIES).put(record));
}

export async function deleteStudy(id: string): Promise<void> {
  await transact([STUDIES, RESULTS, SHARES], "readwrite", (store) => {
    store(RESULTS).delete(ofStudy(id));
    store(SHARES).delete(ofStudy(id));
    return store(STUDIES).delete(id);
  });
}

/** The results that were made here, as texts by their cells' keys. */
export async function readResults(id: string): Promise<[string, string][]> {
  const all = await transact([RESULTS], "readonly", (store) => store(RESULTS).getAll(ofStudy(id)));
  return (all as ResultRecord[]).map(({ key, text }) => [key, text]);
}

export async function writeResult(id: string, key: string, text: string): Promise<void> {
  const record: ResultRecord = { study: id, key, text };
  await transact([RESULTS], "readwrite", (store) => store(RESULTS).put(record));
}

export async function readShares(id: string): Promise<Folder[]> {
  const all = await transact([SHARES], "readonly", (store) => store(SHARES).getAll(ofStudy(id)));
  return (all as ShareRecord[]).map(({ folder }) => folder);
}

export async function writeShare(id: string, folder: Folder): Promise<void> {
  const record: ShareRecord = { study: id, folder };
  await transact([SHARES], "readwrite", (store) => store(SHARES).put(record));
}

export async function deleteShare(id: string, name: string): Promise<void> {
  await transact([SHARES], "readwrite", (store) => store(SHARES).delete([id, name]));
}
