/**
 * Networks of a run on their way to the page that applies them, which is another tab: they wait in a database of
 * their own until it asks. Only the latest are kept.
 */
import type { Sample } from "../engine/types";
import { t } from "../i18n/messages";

const DATABASE = "losscope-handover";
const STORE = "networks";
const KEY = "latest";
const CHANNEL = "losscope-handover";
/** Reading the networks back from a graphics card, and writing them down, takes a moment. */
const PATIENCE_MS = 20_000;

export interface HandedNet {
  name: string;
  /** A weights file. */
  bytes: Uint8Array<ArrayBuffer>;
}

export interface Handover {
  /** As in the address of the page that is to take it. */
  id: string;
  nets: HandedNet[];
  /** Images of the run that no network was trained on. */
  samples: Sample[];
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error(t("training.handover.store")));
  });
}

async function store<T>(mode: IDBTransactionMode, action: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  const database = await settled(request);
  try {
    return await settled(action(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

/** Leaves networks for the page that asks for them by this id. */
export async function handOver(handover: Handover): Promise<void> {
  await store("readwrite", (networks) => networks.put(handover, KEY));
  announce({ id: handover.id, problem: null });
}

/** Says that there will be none, and why. */
export function refuseHandover(id: string, problem: string): void {
  announce({ id, problem });
}

interface Announcement {
  id: string;
  problem: string | null;
}

function announce(announcement: Announcement): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(announcement);
  channel.close();
}

/** The networks that were left under this id, as soon as they are there. Rejects with a sentence where they are not. */
export async function takeOver(id: string): Promise<Handover> {
  const channel = new BroadcastChannel(CHANNEL);
  try {
    const announced = new Promise<string | null>((resolve) => {
      channel.onmessage = ({ data }: MessageEvent<Announcement>) => data.id === id && resolve(data.problem);
      setTimeout(() => resolve(t("training.handover.late")), PATIENCE_MS);
    });
    const there = await read(id);
    if (there !== null) return there;
    const problem = await announced;
    const late = await read(id);
    if (late === null) throw new Error(problem ?? t("training.handover.gone"));
    return late;
  } finally {
    channel.close();
  }
}

async function read(id: string): Promise<Handover | null> {
  const kept = (await store("readonly", (networks) => networks.get(KEY))) as Handover | undefined;
  return kept?.id === id ? kept : null;
}
