// Runs that the page keeps, and what can go wrong with them.
import { setTimeout as sleep } from "node:timers/promises";

/** What the page says of a run that went on. */
export const said = (page) => page.getByTestId("kept");

/** What the page has kept of its run, without the checkpoint itself; null where there is nothing. */
export function keptRun(page) {
  return page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open("losscope");
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const database = opening.result;
          const close = (value) => {
            database.close();
            resolve(value);
          };
          if (!database.objectStoreNames.contains("runs")) return close(null);
          const reading = database.transaction("runs").objectStore("runs").get("last");
          reading.onsuccess = () => {
            const run = reading.result;
            if (run === undefined) return close(null);
            const lanes = run.lanes.map(({ id, step, history }) => ({ id, step, history }));
            close({ step: run.step, bytes: run.checkpoint?.size ?? 0, lanes });
          };
        };
      }),
  );
}

/** Waits until what is kept was trained to a step, and returns it. */
export async function waitForKept(page, step, timeout = 120_000) {
  for (const deadline = Date.now() + timeout; Date.now() < deadline; await sleep(100)) {
    const run = await keptRun(page);
    if (run !== null && run.step >= step) return run;
  }
  throw new Error(`Nothing was kept of step ${step} within ${timeout / 1000} s.`);
}

/** A trap in the worker's WebAssembly, as a panic of the engine leaves it. */
export async function trap(page) {
  const [worker] = page.workers();
  await worker.evaluate(() => {
    // One function, "f", whose body is `unreachable`.
    const module = [
      0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 5, 1, 3, 0, 0, 11,
    ];
    setTimeout(() => new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(module))).exports.f());
  });
}

/** Before the page is opened: keeps at hand what a worker's WebAssembly exports, for `exhaust`. */
export async function keepExports(page) {
  const first = `{
    const instantiate = WebAssembly.instantiateStreaming;
    WebAssembly.instantiateStreaming = async (...given) => {
      const made = await instantiate(...given);
      self.engineExports = made.instance.exports;
      return made;
    };
  }\n`;
  await page.route(/\/assets\/worker-[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: first + (await response.text()) });
  });
}

/** Leaves no memory to the engine: what it next asks for it is refused. */
export async function exhaust(page) {
  const [worker] = page.workers();
  await worker.evaluate(() => {
    const { __wbindgen_malloc: allocate } = self.engineExports;
    for (let bytes = 2 ** 28; bytes >= 16; bytes /= 2) {
      try {
        for (;;) allocate(bytes, 8);
      } catch {
        // No more of this size.
      }
    }
  });
}

/** Ends the process in which WebGPU runs. */
export async function endGpuProcess(page) {
  const session = await page.context().browser().newBrowserCDPSession();
  void session.send("Browser.crashGpuProcess").catch(() => undefined); // it does not live to answer
}
