// What of a page is not among its messages: its words without brackets, where the address says `lang=pseudo`.

/**
 * Texts and labels on the screen. Left out is what says that it is in a language of its own (`lang`) or in none
 * (`translate="no"`, code, formulas, what a person typed).
 */
export function untranslated(page) {
  return page.evaluate(() => {
    const APART = "script, style, noscript, code, pre, kbd, textarea, .katex, [translate=no], body [lang]";
    const LABELS = ["aria-label", "aria-valuetext", "aria-roledescription", "title", "placeholder", "alt"];
    const found = new Set();
    const look = (text, where) => {
      let rest = text;
      for (let before = ""; before !== rest; ) {
        before = rest;
        rest = rest.replace(/⟦[^⟦⟧]*⟧/gu, " ");
      }
      if (/\p{L}{2,}/u.test(rest)) found.add(`${where}: ${rest.trim().replace(/\s+/g, " ")}`);
    };
    look(document.title, "title");
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    // Bracketed pieces may be several text nodes of one element: an element's own text is looked at as a whole.
    const elements = new Set();
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) elements.add(node.parentElement);
    for (const element of elements) {
      if (element.closest(APART) !== null || element.checkVisibility?.() === false) continue;
      const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
      look(own.map((node) => node.data).join(" "), `<${element.localName}>`);
    }
    for (const label of LABELS) {
      for (const element of document.querySelectorAll(`body [${label}]`)) {
        if (element.closest(APART) === null) look(element.getAttribute(label), `<${element.localName} ${label}>`);
      }
    }
    return [...found];
  });
}
