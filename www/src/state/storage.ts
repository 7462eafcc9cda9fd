/** What is kept in this browser: an IndexedDB database with one run, and the sets of images that were imported. */
import { t } from "../i18n/messages";
import type { ImportedSet } from "./imported-sets.svelte";
import type { RunRecord } from "./run-record";

const DATABASE = "losscope";
const VERSION = 2;
const RUNS = "runs";
const SETS = "sets";
const KEY = "last";
const TAB = "losscope.tab";

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error(t("importing.error.request")));
  });
}

function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, VERSION);
  request.onupgradeneeded = () => {
    const { result: database } = request;
    for (const name of [RUNS, SETS]) {
      if (!database.objectStoreNames.contains(name)) database.createObjectStore(name);
    }
  };
  return settled(request);
}

/** Resolves when what `action` asked for is on disk, all of it or nothing. */
async function transact<T>(
  name: string,
  mode: IDBTransactionMode,
  action: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  const database = await open();
  try {
    const transaction = database.transaction(name, mode);
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error(t("importing.error.storing")));
    });
    const [result] = await Promise.all([settled(action(transaction.objectStore(name))), done]);
    return result;
  } finally {
    database.close();
  }
}

/** As it is on disk: the checkpoint as a blob, which the browser takes over without the page waiting for it. */
type StoredRun = Omit<RunRecord, "checkpoint"> & { checkpoint: Blob | ArrayBuffer };

export async function writeRun(record: RunRecord): Promise<void> {
  const stored: StoredRun = { ...record, checkpoint: new Blob([record.checkpoint]) };
  await transact(RUNS, "readwrite", (store) => store.put(stored, KEY));
}

export async function readRun(): Promise<RunRecord | null> {
  const stored = (await transact(RUNS, "readonly", (store) => store.get(KEY))) as StoredRun | undefined;
  if (stored === undefined) return null;
  const { checkpoint } = stored;
  return { ...stored, checkpoint: checkpoint instanceof Blob ? await checkpoint.arrayBuffer() : checkpoint };
}

export async function deleteRun(): Promise<void> {
  await transact(RUNS, "readwrite", (store) => store.delete(KEY));
}

export async function writeSet(set: ImportedSet): Promise<void> {
  await transact(SETS, "readwrite", (store) => store.put(set, set.id));
}

/** All of them. Their images stay on disk until they are asked for. */
export async function readSets(): Promise<ImportedSet[]> {
  return (await transact(SETS, "readonly", (store) => store.getAll())) as ImportedSet[];
}

export async function deleteSet(id: string): Promise<void> {
  await transact(SETS, "readwrite", (store) => store.delete(id));
}

/** A name of this tab that survives a reload. */
export function tabName(): string {
  const fresh = `${Date.now()}-${Math.random()}`;
  try {
    const name = sessionStorage.getItem(TAB) ?? fresh;
    sessionStorage.setItem(TAB, name);
    return name;
  } catch {
    return fresh; // storage is forbidden: after a reload this is another tab
  }
}
