/** One run, kept in this browser: an IndexedDB database with a single record. */
import type { RunRecord } from "./run-record";

const DATABASE = "losscope";
const STORE = "runs";
const KEY = "last";
const TAB = "losscope.tab";

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("The request failed."));
  });
}

function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return settled(request);
}

/** Resolves when what `action` asked for is on disk, all of it or nothing. */
async function transact<T>(mode: IDBTransactionMode, action: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await open();
  try {
    const transaction = database.transaction(STORE, mode);
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error("The browser refused to store it."));
    });
    const [result] = await Promise.all([settled(action(transaction.objectStore(STORE))), done]);
    return result;
  } finally {
    database.close();
  }
}

export async function writeRun(record: RunRecord): Promise<void> {
  await transact("readwrite", (store) => store.put(record, KEY));
}

export async function readRun(): Promise<RunRecord | null> {
  return ((await transact("readonly", (store) => store.get(KEY))) as RunRecord | undefined) ?? null;
}

export async function deleteRun(): Promise<void> {
  await transact("readwrite", (store) => store.delete(KEY));
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
