// Draws the icons of the installed page from public/favicon.svg: `CHROMIUM=… node build/icons.mjs`.
import { readFile } from "node:fs/promises";
import { chromium } from "playwright-core";

const PUBLIC = new URL("../public/", import.meta.url);
const mark = await readFile(new URL("favicon.svg", PUBLIC), "utf8");
const GROUND = "#15181c";

/** `scale`: of the mark; systems cut maskable icons to shapes of their own, so theirs has a margin. */
const ICONS = [
  { name: "icon-192.png", size: 192, scale: 1, ground: "transparent" },
  { name: "icon-512.png", size: 512, scale: 1, ground: "transparent" },
  { name: "maskable-512.png", size: 512, scale: 0.9, ground: GROUND },
  { name: "touch-180.png", size: 180, scale: 1, ground: GROUND },
];

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM });
for (const { name, size, scale, ground } of ICONS) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const side = Math.round(size * scale);
  await page.setContent(
    `<style>html, body { margin: 0; background: ${ground} } body { display: grid; place-content: center; height: 100vh } svg { display: block; width: ${side}px; height: ${side}px }</style>${mark}`,
  );
  await page.screenshot({ path: new URL(`icons/${name}`, PUBLIC).pathname, omitBackground: true });
  await page.close();
}
await browser.close();
