/** What every page of the site has in its head. */
import type { HtmlTagDescriptor, Plugin } from "vite";
import { toRoot } from "./pages.ts";

/** The page makes no request to another origin, and the browser holds it to that. */
const POLICY = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'", // KaTeX and uPlot place things with style attributes
  "img-src 'self' data: blob:",
  "worker-src 'self'",
  "object-src 'none'",
  "base-uri 'self'",
].join("; ");

const inHead = (tag: string, attrs: Record<string, string>): HtmlTagDescriptor => ({ tag, attrs, injectTo: "head" });

/** The tags of the page at a path of the site. */
export function headOf(path: string): HtmlTagDescriptor[] {
  const root = toRoot(path);
  return [
    { tag: "meta", attrs: { "http-equiv": "Content-Security-Policy", content: POLICY }, injectTo: "head-prepend" },
    inHead("meta", { name: "theme-color", content: "#fbfaf8", media: "(prefers-color-scheme: light)" }),
    inHead("meta", { name: "theme-color", content: "#101215", media: "(prefers-color-scheme: dark)" }),
    inHead("link", { rel: "manifest", href: `${root}manifest.webmanifest` }),
    inHead("link", { rel: "apple-touch-icon", href: `${root}icons/touch-180.png` }),
  ];
}

/** Only in the build: the development server injects inline scripts of its own, and is never kept for offline. */
export function head(): Plugin {
  return {
    name: "losscope-head",
    apply: "build",
    // After Vite's own work on the links: these are relative already.
    transformIndexHtml: { order: "post", handler: (_, { path }) => headOf(path) },
  };
}
