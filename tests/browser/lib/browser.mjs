// Chromium, with a WebGPU that runs in software or with none: the same on every machine.
import { importFromWww } from "./www.mjs";

/** A browser that talks to nobody but the page's server: other hosts have no address. */
const ALONE = [
  "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // A container's /dev/shm is often too small for a browser.
  "--disable-dev-shm-usage",
];

/** All of them are needed: with fewer, WebGPU computes but canvases stay blank. */
const SOFTWARE_WEBGPU = [
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--enable-features=Vulkan",
  "--use-vulkan=swiftshader",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
  "--ignore-gpu-blocklist",
];

/** Keeps a real GPU away; without software flags there is then no WebGPU adapter. */
const NO_WEBGPU = ["--disable-gpu"];

/**
 * Starts a headless Chromium, the program that the environment names in CHROMIUM.
 * @param {{ webgpu: boolean }} options
 */
export async function launch({ webgpu }) {
  const executablePath = process.env.CHROMIUM;
  if (!executablePath) {
    throw new Error(
      "No browser is named: run `cargo xtask test --only browser`, which finds one, or set CHROMIUM to its program.",
    );
  }
  // A CommonJS bundle: its exports are on `default` when it is imported by path.
  const playwright = await importFromWww("playwright-core");
  const { chromium } = playwright.default ?? playwright;
  const start = () =>
    chromium.launch({
      executablePath,
      headless: true,
      args: [...ALONE, ...(webgpu ? SOFTWARE_WEBGPU : NO_WEBGPU)],
    });
  // Chromium itself crashes now and then before it has a page, of which nothing is to be learned here.
  return start().catch((error) => {
    console.error(`Chromium did not start, and is started once more: ${String(error).split("\n", 1)[0]}`);
    return start();
  });
}

/**
 * Opens an address in a fresh profile and keeps record of what must not happen. The offline copy is not made
 * unless the options ask for it (`serviceWorkers: "allow"`).
 * @param {import("playwright-core").Browser} browser
 * @param {string} url
 * @param {import("playwright-core").BrowserContextOptions} [options] e.g. a viewport
 */
export async function open(browser, url, options = {}) {
  const context = await browser.newContext({ serviceWorkers: "block", ...options });
  const page = await context.newPage();
  const problems = watch(context, page, new URL(url).origin);
  await page.goto(url);
  return { page, problems, close: () => context.close() };
}

/** Sentences about errors in the console (workers' too), uncaught errors and requests to other origins. */
function watch(context, page, origin) {
  const problems = [];
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`console error: ${message.text()}`);
  });
  page.on("pageerror", (error) => problems.push(`uncaught error: ${error.stack ?? error}`));
  page.on("crash", () => problems.push("the page crashed"));
  context.on("request", (request) => {
    const url = new URL(request.url());
    const local = url.protocol === "data:" || url.protocol === "blob:" || url.origin === origin;
    if (!local) problems.push(`request to another origin: ${request.url()}`);
  });
  return problems;
}
