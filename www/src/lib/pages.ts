/** The pages of the site, each in a folder of its own below the first. */
export const PAGES = [
  { folder: "", name: "Training", what: "losses side by side, as they train" },
  { folder: "losses/", name: "Loss bench", what: "the losses taken apart, without training" },
  { folder: "studies/", name: "Studies", what: "losses compared over seeds and data, with intervals" },
  { folder: "apply/", name: "Apply", what: "trained networks on images of yours" },
] as const;

export type PageName = (typeof PAGES)[number]["name"];
