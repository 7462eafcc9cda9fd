/** Builds `docs` into static pages in the page's look, and serves them as they are while one works on them. */
import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative, resolve, sep } from "node:path";
import type { Plugin, Rolldown } from "vite";
import { headOf } from "../head.ts";
import { contents } from "./contents.ts";
import { pageOf, render } from "./markdown.ts";
import { page, type Loads, type Site } from "./page.ts";

/** What every page of the documentation loads. */
const ENTRY = "src/docs/main.ts";

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}

async function read(folder: string, files: string[]): Promise<Site> {
  const documents = files.filter((path) => path.endsWith(".md"));
  const rendered = await Promise.all(
    documents.map(async (path) => [path, render(await readFile(join(folder, path), "utf8"))] as const),
  );
  return { groups: contents(documents), rendered: new Map(rendered) };
}

/** The style sheets of a chunk and of all that it imports; those of the deepest come first. */
function stylesOf(bundle: Rolldown.OutputBundle, fileName: string, seen = new Set<string>()): string[] {
  const chunk = bundle[fileName];
  if (chunk?.type !== "chunk" || seen.has(fileName)) return [];
  seen.add(fileName);
  const imported = chunk.imports.flatMap((name) => stylesOf(bundle, name, seen));
  return [...new Set([...imported, ...(chunk.viteMetadata?.importedCss ?? [])])];
}

export function documentation(): Plugin {
  let folder = "";
  return {
    name: "losscope-docs",
    configResolved(config) {
      folder = resolve(config.root, "../docs");
    },
    async generateBundle(_, bundle) {
      const entry = Object.values(bundle).find(
        (file) => file.type === "chunk" && file.isEntry && file.facadeModuleId?.endsWith(ENTRY) === true,
      );
      if (entry?.type !== "chunk") throw new Error(`${ENTRY} is no entry of the build.`);
      const files = await filesOf(folder);
      const site = await read(folder, files);
      const styles = stylesOf(bundle, entry.fileName);
      for (const path of files) {
        const fileName = `docs/${pageOf(path)}`;
        const source = path.endsWith(".md")
          ? page(site, path, { script: entry.fileName, styles, head: headOf(fileName) })
          : await readFile(join(folder, path));
        this.emitFile({ type: "asset", fileName, source });
      }
    },
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const asked = /^\/docs\/([^?#]*)/.exec(decodeURIComponent(request.url ?? ""))?.[1];
        if (asked === undefined) {
          next();
          return;
        }
        const answer = async () => {
          const files = await filesOf(folder);
          const wanted = asked === "" ? "index.html" : asked;
          const path = files.find((file) => pageOf(file) === wanted);
          if (path === undefined) {
            next();
            return;
          }
          if (!path.endsWith(".md")) {
            if (extname(path) === ".svg") response.setHeader("Content-Type", "image/svg+xml");
            return response.end(await readFile(join(folder, path)));
          }
          const loads: Loads = { script: ENTRY, styles: [], head: [] };
          response.setHeader("Content-Type", "text/html; charset=utf-8");
          response.end(page(await read(folder, files), path, loads));
        };
        answer().catch(next);
      });
    },
  };
}
