/** The keys that drive training, a lesson, and the lecture hall. */
import { lab } from "../state/lab.svelte";
import { course } from "../state/lesson.svelte";
import { FIGURES, presenter } from "../state/presenter.svelte";

export const SHORTCUTS = [
  { keys: ["Space"], does: "Play or pause" },
  { keys: [".", "S"], does: "One step" },
  { keys: ["R"], does: "Reset to step 0" },
  { keys: ["0"], does: "Back to the lesson’s start" },
  { keys: ["P"], does: "Present, in large; Escape leaves" },
  { keys: ["Page ↓", "Page ↑"], does: "While presenting: go on with the lesson, or back; without one, images" },
  { keys: ["→", "←"], does: "While presenting: next image, or the one before" },
  { keys: ["1", "to 5"], does: "While presenting: one figure alone, and all again" },
];

/** Fields where letters are typed, or jump to an option. */
const TYPING = "input:not([type=range], [type=checkbox], [type=radio]), textarea, select, [contenteditable=true]";
/** Controls on which space already means something. */
const PRESSABLE = "button, a, summary, input, select, textarea";

export function onShortcut(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) return;
  const target = event.target instanceof Element ? event.target : document.body;
  if (target.closest(TYPING) !== null) return;
  switch (event.key.toLowerCase()) {
    case " ":
      if (target.closest(PRESSABLE) !== null) return;
      if (lab.transport.running) lab.pause();
      else lab.play();
      break;
    case ".":
    case "s":
      lab.singleStep();
      break;
    case "r":
      lab.reset();
      break;
    case "0":
      if (course.lesson === null) return;
      presenter.restart();
      void course.restart();
      break;
    case "p":
      presenter.toggle();
      break;
    case "escape":
      if (!presenter.on) return;
      presenter.back();
      break;
    case "arrowright":
    case "arrowleft":
      if (!presenter.on || target.closest("input") !== null) return;
      lab.show(lab.image + (event.key === "ArrowRight" ? 1 : -1));
      break;
    case "pagedown":
    case "pageup":
      if (!presenter.on) return;
      presenter.turn(event.key === "PageDown" ? 1 : -1);
      break;
    default: {
      const figure = presenter.on ? FIGURES[Number(event.key) - 1] : undefined;
      if (figure === undefined) return;
      presenter.show(figure);
    }
  }
  event.preventDefault();
}
