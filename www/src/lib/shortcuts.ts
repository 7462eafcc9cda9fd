/** The keys that drive training, a lesson, and the lecture hall. */
import { t } from "../i18n/messages";
import { lab } from "../state/lab.svelte";
import { course } from "../state/lesson.svelte";
import { FIGURES, presenter } from "../state/presenter.svelte";

export const shortcuts = () => [
  { keys: [t("training.key.space")], does: t("training.key.play") },
  { keys: [".", "S"], does: t("training.key.step") },
  { keys: ["R"], does: t("training.key.reset") },
  { keys: ["0"], does: t("training.key.start") },
  { keys: ["P"], does: t("training.key.present") },
  { keys: [t("training.key.pageDown"), t("training.key.pageUp")], does: t("training.key.turn") },
  { keys: ["→", "←"], does: t("training.key.image") },
  { keys: ["1", t("training.key.to5")], does: t("training.key.figure") },
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
