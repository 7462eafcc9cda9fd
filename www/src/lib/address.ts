/** What the page's address asks for: `?backend=cpu&experiment={…}&play` (or `&play=no`). */
import type { BackendChoice } from "../engine/protocol";
import { OPENING } from "./opening";

export interface Asked {
  backend: BackendChoice;
  /** The text of an experiment document; fields left out take their defaults. */
  experiment: string;
  /** The address names the experiment. */
  explicit: boolean;
  /** Null where the address does not say. */
  play: boolean | null;
}

export function askedFor(search: string): Asked {
  const parameters = new URLSearchParams(search);
  const backend = parameters.get("backend");
  return {
    backend: backend === "webgpu" || backend === "cpu" ? backend : "auto",
    experiment: parameters.get("experiment") ?? OPENING,
    explicit: parameters.has("experiment"),
    play: parameters.has("play") ? parameters.get("play") !== "no" : null,
  };
}
