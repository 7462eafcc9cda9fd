/** The pages of the site, each in a folder of its own below the first. `common.page.<name>` is what they are called. */
export const PAGES = [
  { folder: "", name: "training" },
  { folder: "losses/", name: "losses" },
  { folder: "studies/", name: "studies" },
  { folder: "apply/", name: "apply" },
] as const;

export type PageName = (typeof PAGES)[number]["name"];
