/** How this person likes to look at it; kept in this browser. */
import { MediaQuery } from "svelte/reactivity";

type Theme = "system" | "light" | "dark";

function stored(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null; // storage may be forbidden; then nothing is remembered
  }
}

function store(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // as above
  }
}

const systemDark = new MediaQuery("prefers-color-scheme: dark");

class Preferences {
  #theme = $state<Theme>("system");
  #large = $state(false);

  constructor() {
    const theme = stored("losscope.theme");
    if (theme === "light" || theme === "dark") this.#theme = theme;
    this.#large = stored("losscope.pictures") === "large";
    this.#apply();
  }

  get dark(): boolean {
    return this.#theme === "system" ? systemDark.current : this.#theme === "dark";
  }

  /** Goes to the other theme; where that is the system's own, follows the system again. */
  toggleTheme(): void {
    const wanted = this.dark ? "light" : "dark";
    this.#theme = (wanted === "dark") === systemDark.current ? "system" : wanted;
    store("losscope.theme", this.#theme);
    this.#apply();
  }

  /** One column of large pictures per lane, instead of two of small ones. */
  get largePictures(): boolean {
    return this.#large;
  }

  set largePictures(large: boolean) {
    this.#large = large;
    store("losscope.pictures", large ? "large" : "compact");
  }

  #apply(): void {
    if (this.#theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = this.#theme;
  }
}

export const preferences = new Preferences();

/** Below this the lanes swipe sideways and the settings become a sheet. */
export const narrow = new MediaQuery("width < 1100px");
