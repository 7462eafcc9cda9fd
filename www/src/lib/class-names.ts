/** What classes are called: names in data stay as they are, and those that are no person's are shown in the page's language. */
import { t } from "../i18n/messages";

/** By the engine: of synthetic images, of masks that tell no more, and of published sets. */
const KNOWN = [
  "background",
  "foreground",
  "rim",
  "core",
  "kidney",
  "tumour",
  "cyst",
  "necrotic core",
  "oedema",
  "enhancing tumour",
] as const;

export function className(name: string): string {
  const known = KNOWN.find((word) => word === name);
  if (known !== undefined) return t(`data.class.${known}`);
  const value = /^class (.+)$/.exec(name)?.[1];
  return value === undefined ? name : t("data.class.numbered", { value });
}
