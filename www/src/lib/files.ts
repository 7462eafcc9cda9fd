/** Files from a drop or a file input, with their paths, without reading any of them yet. */
import { t } from "../i18n/messages";

export interface Chosen {
  path: string;
  file: File;
}

/** What can be imported, for a file chooser. */
export const ACCEPTED = ".png,.jpg,.jpeg,.webp,.bmp,.gif,.tif,.tiff,.nii,.nii.gz,.gz,.dcm,.npy,.zip";

/** System litter that no one means to import. */
const LITTER = /(^|\/)(\.[^/]*|__MACOSX\/.*|Thumbs\.db|desktop\.ini)$/;

export function fromInput(list: FileList): Chosen[] {
  return keep([...list].map((file) => ({ path: file.webkitRelativePath || file.name, file })));
}

/** Must be called within the drop event: what was dropped is only readable there. */
export async function fromDrop(transfer: DataTransfer): Promise<Chosen[]> {
  const entries = [...transfer.items].flatMap((item) => (item.kind === "file" ? [item.webkitGetAsEntry()] : []));
  const files = [...transfer.files];
  const found: Chosen[] = [];
  for (const [index, entry] of entries.entries()) {
    const file = files[index];
    if (entry !== null) found.push(...(await walk(entry)));
    else if (file !== undefined) found.push({ path: file.name, file });
  }
  return keep(found);
}

function keep(chosen: Chosen[]): Chosen[] {
  return chosen.filter(({ path }) => !LITTER.test(path));
}

async function walk(entry: FileSystemEntry): Promise<Chosen[]> {
  const path = entry.fullPath.replace(/^\//, "");
  if (entry instanceof FileSystemFileEntry) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    return [{ path, file }];
  }
  if (!(entry instanceof FileSystemDirectoryEntry)) return [];
  const reader = entry.createReader();
  const found: Chosen[] = [];
  for (;;) {
    // A directory comes in portions; an empty one is the end.
    const portion = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (portion.length === 0) return found;
    found.push(...(await Promise.all(portion.map(walk))).flat());
  }
}

/** The folder or archive they came in; loose files have no name in common. */
export function nameOf(files: Chosen[]): string {
  const path = files[0]?.path ?? "";
  const folder = path.includes("/") ? path.split("/")[0] : undefined;
  const archive = files.length === 1 ? path.replace(/\.[^.]+$/, "") : undefined;
  return folder ?? archive ?? t("importing.unnamed");
}

/** Why these are not imported; null where they are. How many and how large they are, does not matter. */
export function refuse(files: Chosen[]): string | null {
  return files.length === 0 ? t("importing.error.empty") : null;
}
