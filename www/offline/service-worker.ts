/**
 * Keeps a copy of the whole site, so that it opens without a network after the first visit.
 *
 * Pages come from the network where there is one, so a visitor never sees an old version for longer than a
 * visit. What a page loads has its content's hash in its name: that comes from the copy. The copy of the
 * version before is kept too, for tabs that still show it.
 */

/** Put in front by the build: each file below this worker, and its revision; and one of them all. */
declare const FILES: Record<string, string>;
declare const VERSION: string;

// The compiler takes it for a worker of any kind.
const worker = self as unknown as ServiceWorkerGlobalScope;
const SCOPE = worker.registration.scope;
/** Other pages on this origin have caches too. */
const FAMILY = `losscope ${SCOPE} `;
const CACHE = FAMILY + VERSION;
/** This version and the one before. */
const KEPT_VERSIONS = 2;
const AT_ONCE = 4;
/** A page from the network is waited for this long where there is a copy. */
const PATIENCE_MS = 4000;

/** By these an address finds its copy: a folder's page by the folder, as people ask for it. */
const addressOf = (path: string) => new URL(path.replace(/(^|\/)index\.html$/, "$1"), SCOPE).href;
const ADDRESSES = new Map(Object.keys(FILES).map((path) => [addressOf(path), path]));
/** Its name changes with its content. */
const isHashed = (path: string) => path.startsWith("assets/");

const ours = async () => (await caches.keys()).filter((name) => name.startsWith(FAMILY));
/** What a server says of how it answers other askers does not matter to a copy. */
const copyOf = (address: string) => caches.match(address, { ignoreVary: true });

async function copy(cache: Cache, address: string, path: string): Promise<void> {
  if ((await cache.match(address)) !== undefined) return;
  const older = isHashed(path) ? await copyOf(address) : undefined;
  if (older !== undefined) return cache.put(address, older);
  const response = await fetch(address, { cache: isHashed(path) ? "default" : "no-cache" });
  if (!response.ok) throw new Error(`${address} could not be copied: ${response.status}`);
  // A page must not be answered with what came by way of a redirection.
  const plain = response.redirected ? new Response(response.body, { headers: response.headers }) : response;
  await cache.put(address, plain);
}

/** Copies what is not there yet. Where that fails, it is taken up again at a later visit. */
async function copyAll(): Promise<void> {
  const cache = await caches.open(CACHE);
  const left = [...ADDRESSES];
  const takeTurns = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await copy(cache, ...next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, takeTurns));
}

async function forgetOld(): Promise<void> {
  const names = await ours();
  const older = names.filter((name) => name !== CACHE);
  await Promise.all(older.slice(0, Math.max(0, older.length - (KEPT_VERSIONS - 1))).map((name) => caches.delete(name)));
}

/** From the network, or the copy where that does not answer. */
async function freshest(request: Request, address: string): Promise<Response> {
  const cached = await (await caches.open(CACHE)).match(address, { ignoreVary: true });
  if (cached === undefined) return fetch(request);
  const late = new Promise<Response>((resolve) => setTimeout(() => resolve(cached), PATIENCE_MS));
  return Promise.race([fetch(request).catch(() => cached), late]);
}

worker.addEventListener("install", (event) => {
  event.waitUntil(copyAll().then(() => worker.skipWaiting()));
});
worker.addEventListener("activate", (event) => {
  event.waitUntil(forgetOld().then(() => worker.clients.claim()));
});
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(SCOPE)) return;
  const url = new URL(request.url);
  const path = url.href.slice(SCOPE.length).replace(/[?#].*$/, "");
  const address = addressOf(path);
  if (isHashed(path)) event.respondWith(copyOf(address).then((cached) => cached ?? fetch(request)));
  else if (ADDRESSES.has(address)) event.respondWith(freshest(request, address));
});
