// What every file of tests begins with: the page's server, and a browser.
import { after, before } from "node:test";

import { launch, open } from "./browser.mjs";
import { serve } from "./server.mjs";

/**
 * Serves the page and starts a browser before the file's tests, and stops both behind them.
 * @param {{ webgpu: boolean }} options
 * @returns {{ url: () => string, visit: (url: string, options?: object) => ReturnType<typeof open> }}
 */
export function serveAndLaunch(options) {
  let server;
  let browser;
  before(async () => {
    server = await serve();
    browser = await launch(options);
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });
  return { url: () => server.url, visit: (url, context) => open(browser, url, context) };
}
