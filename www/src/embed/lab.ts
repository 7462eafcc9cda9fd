/**
 * `<losscope-lab>`: the page inside another one.
 *
 * It is an iframe. The page has its own keys, its own fixed bars, a policy for what it may load, and a worker that takes
 * all cores it gets: a frame keeps these apart from the page around it, whose styles cannot reach in either. And a frame,
 * unlike a worker, may come from another site: one `<script>` that names a hosted copy of Losscope is enough.
 */

/** Attributes that the page's address takes as they are. */
const PARAMETERS = [
  "experiment",
  "lesson",
  "page",
  "hide",
  "steps",
  "image",
  "axis",
  "slice",
  "class",
  "scale",
  "backend",
  "lang",
];
/** Attributes that are there or not. */
const SWITCHES = ["play", "present"];
/** Of the links that the page reads. */
const LINK_VERSION = "1";
/** The page lies beside this file's folder, in the package as on the site. */
const PAGE = new URL(/* @vite-ignore */ "../index.html", import.meta.url).href;

export class LosscopeLab extends HTMLElement {
  static readonly observedAttributes = [...PARAMETERS, ...SWITCHES, "src", "title"];

  #frame: HTMLIFrameElement | null = null;
  #awaited = false;

  /** The address of what is shown. */
  get address(): string {
    const url = new URL(this.getAttribute("src") ?? PAGE, document.baseURI);
    url.searchParams.set("v", LINK_VERSION);
    for (const name of PARAMETERS) {
      const value = this.getAttribute(name)?.trim();
      if (value === undefined || value === "") continue;
      // HTML's `lang` may name a country too; the page knows languages only.
      url.searchParams.set(name, name === "lang" ? value.split("-", 1).join().toLowerCase() : value);
    }
    for (const name of SWITCHES) {
      const value = this.getAttribute(name);
      if (value !== null) url.searchParams.set(name, value === "no" ? "no" : "");
    }
    return url.href;
  }

  connectedCallback(): void {
    if (this.#frame === null) {
      const style = document.createElement("style");
      style.textContent =
        ":host { display: block; height: 800px } :host([hidden]) { display: none } iframe { display: block; width: 100%; height: 100%; border: 0 }";
      this.#frame = document.createElement("iframe");
      this.#frame.loading = "lazy";
      this.#frame.allow = "fullscreen; clipboard-write";
      (this.shadowRoot ?? this.attachShadow({ mode: "open" })).replaceChildren(style, this.#frame);
    }
    this.#show();
  }

  attributeChangedCallback(): void {
    if (this.#frame === null || this.#awaited) return;
    // Several attributes that change together are one change.
    this.#awaited = true;
    queueMicrotask(() => {
      this.#awaited = false;
      this.#show();
    });
  }

  #show(): void {
    if (this.#frame === null || !this.isConnected) return;
    this.#frame.title = this.getAttribute("title") ?? "Losscope";
    const { address } = this;
    if (this.#frame.src !== address) this.#frame.src = address;
  }
}

if (customElements.get("losscope-lab") === undefined) customElements.define("losscope-lab", LosscopeLab);

declare global {
  interface HTMLElementTagNameMap {
    "losscope-lab": LosscopeLab;
  }
}
