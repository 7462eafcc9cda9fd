/** After the first visit the site opens without a network: asks the browser to keep a copy of it. */

/** What the page itself needs is loaded first. */
const DELAY_MS = 5000;

async function register(): Promise<void> {
  // Not there without HTTPS, in some private windows, and in old browsers: then there is no copy.
  const workers = (navigator as { serviceWorker?: ServiceWorkerContainer }).serviceWorker;
  if (workers === undefined) return;
  if (import.meta.env.DEV) {
    // A build served from this port before must not answer in place of what is being worked on.
    for (const registration of await workers.getRegistrations()) await registration.unregister();
    return;
  }
  // Embedded in another page, it is that page's to say.
  if (window.top !== window) return;
  const { connection } = navigator as { connection?: { saveData?: boolean } };
  if (connection?.saveData === true) return;
  const manifest = document.querySelector<HTMLLinkElement>("link[rel=manifest]");
  if (manifest === null) return;
  await workers.register(new URL("service-worker.js", manifest.href));
}

/** Without a copy the page is all there, so a refusal is nothing to speak of. */
const attempt = () => void register().catch(() => undefined);

if (import.meta.env.DEV) attempt();
else window.addEventListener("load", () => setTimeout(attempt, DELAY_MS), { once: true });
