/** What keys do where a mask is drawn. */
import type { Drawing, Tool } from "./drawing.svelte";
import type { View } from "./view.svelte";

const TOOL_KEYS: Partial<Record<string, Tool>> = { b: "brush", e: "eraser", p: "polygon", f: "fill", h: "move" };
const ARROWS: Partial<Record<string, [number, number]>> = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};
const ZOOM_STEP = 1.4;
const SIZE_STEP = 1.25;

/** Keys of the whole editor, whatever in it has the focus. Returns whether it was one. */
export function onEditorKey(event: KeyboardEvent, drawing: Drawing): boolean {
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) {
    if (key === "z" && !event.shiftKey) drawing.undo();
    else if (key === "y" || key === "z") drawing.redo();
    else return false;
    return taken(event);
  }
  if (event.altKey) return false;
  const tool = TOOL_KEYS[key];
  if (tool !== undefined) drawing.choose(tool);
  else if (drawing.several && /^[1-9]$/.test(key)) drawing.chooseClass(Number(key));
  else if (key === "[") drawing.resize(Math.min(drawing.radius / SIZE_STEP, drawing.radius - 0.5));
  else if (key === "]") drawing.resize(Math.max(drawing.radius * SIZE_STEP, drawing.radius + 0.5));
  else return false;
  return taken(event);
}

/** Keys of the canvas, and those of the editor. */
export function onKey(event: KeyboardEvent, drawing: Drawing, view: View): void {
  if (onEditorKey(event, drawing) || event.ctrlKey || event.metaKey || event.altKey) return;
  const arrow = ARROWS[event.key];
  if (arrow !== undefined) {
    const far = event.shiftKey ? Math.max(10, Math.round(drawing.labels.width / 20)) : 1;
    drawing.step(far * arrow[0], far * arrow[1]);
    view.reveal(drawing.cursorCentre);
  } else if (event.key === " ") {
    if (!event.repeat) use(drawing);
  } else if (event.key === "Enter") drawing.closePolygon();
  else if (event.key === "Backspace") drawing.removeCorner();
  else if (event.key === "Escape" && (drawing.drawing || drawing.corners.length > 0)) {
    drawing.cancel();
    drawing.dropCorners();
  } else if (event.key === "+" || event.key === "=") view.zoomBy(ZOOM_STEP);
  else if (event.key === "-") view.zoomBy(1 / ZOOM_STEP);
  else if (event.key === "0") view.fit();
  // Letters that drive training mean nothing here.
  else if (event.key.length !== 1) return;
  taken(event);
}

export function onKeyUp(event: KeyboardEvent, drawing: Drawing): void {
  if (event.key === " " && drawing.drawing) drawing.end();
}

function use(drawing: Drawing): void {
  const at = drawing.cursorCentre;
  if (drawing.tool === "brush" || drawing.tool === "eraser") drawing.begin(at);
  else if (drawing.tool === "polygon") drawing.addCorner(at);
  else if (drawing.tool === "fill") drawing.fill(at);
}

function taken(event: KeyboardEvent): true {
  event.preventDefault();
  event.stopPropagation();
  return true;
}
