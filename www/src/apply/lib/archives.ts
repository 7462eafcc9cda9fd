/** Files in ZIP archives: their paths begin with that of the archive, which is their file. */
import type { Chosen } from "../../lib/files";

const ENDING = /\.zip$/i;

export const isArchive = ({ path }: Chosen): boolean => ENDING.test(path);

export const holds = ({ path: archive }: Chosen, path: string): boolean => path.startsWith(`${archive}/`);

/** The archive's path; null where a file is in none. */
export function archiveOf({ path, file }: Chosen): string | null {
  if (!ENDING.test(file.name) || path.endsWith(file.name)) return null;
  return path.slice(0, path.indexOf(`${file.name}/`) + file.name.length);
}
