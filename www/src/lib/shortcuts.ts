/** The keys that drive training: space, "." or "s", "r". */
import { lab } from "../state/lab.svelte";

export const SHORTCUTS = [
  { keys: ["Space"], does: "Play or pause" },
  { keys: [".", "S"], does: "One step" },
  { keys: ["R"], does: "Reset to step 0" },
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
    default:
      return;
  }
  event.preventDefault();
}
