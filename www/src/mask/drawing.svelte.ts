/** A mask being drawn on an image: tools, what they did, and words about it. */
import type { Easel } from "../engine/types";
import { alongLine, type Point, type Rect } from "../lib/stroke";
import { flood } from "./fill";

import { insideOf } from "./polygon";
import { UndoStack, type Labels } from "./undo";

export const TOOLS = {
  brush: { name: "Brush", key: "B", how: "Drag to paint foreground." },
  eraser: { name: "Eraser", key: "E", how: "Drag to take foreground away." },
  polygon: {
    name: "Polygon",
    key: "P",
    how: "Click corner after corner; close it at the first corner or with Enter. Backspace takes a corner back.",
  },
  fill: { name: "Fill", key: "F", how: "Click a place: everything joined to it of a similar colour is painted." },
  move: { name: "Move", key: "H", how: "Drag the picture, when it is enlarged." },
} as const;
export type Tool = keyof typeof TOOLS;

export const RADIUS = { min: 0.5, max: 200 };

/** `changed` is told where pixels changed, so that only they are drawn anew. */
export class Drawing {
  readonly image: Easel;
  readonly labels: Labels;
  readonly classes: string[];
  tool = $state<Tool>("brush");
  /** The class that is drawn. */
  label = $state(1);
  /** Of brush and eraser, in pixels. */
  radius = $state(4);
  /** Of the fill: the largest difference of red, green or blue, 0..255. */
  tolerance = $state(24);
  /** Polygon and fill take foreground away. */
  erases = $state(false);
  /** Of the polygon that is not closed yet. */
  corners = $state.raw<Point[]>([]);
  /** Where keys draw. */
  cursor = $state.raw<Point>({ x: 0, y: 0 });
  /** Pixels of foreground. */
  area = $state(0);
  /** What happened last. */
  said = $state("");
  canUndo = $state(false);
  canRedo = $state(false);
  changed: (rect: Rect) => void = () => undefined;

  #history = new UndoStack();
  /** The mask before the stroke under way. */
  #before: Uint8Array | null = null;
  #touched: Rect | null = null;
  #from: Point | null = null;

  constructor(image: Easel) {
    const { width, height, labels, classes } = image;
    this.image = image;
    this.classes = classes;
    this.labels = { width, height, data: labels.slice() };
    this.area = count(this.labels.data);
    this.cursor = { x: Math.floor(width / 2), y: Math.floor(height / 2) };
    this.radius = Math.round(Math.max(2, Math.min(60, Math.max(width, height) / 50)));
  }

  get drawing(): boolean {
    return this.#before !== null;
  }

  /** There is more than one class of foreground. */
  get several(): boolean {
    return this.classes.length > 2;
  }

  chooseClass(label: number): void {
    const name = this.classes[label];
    if (label === 0 || name === undefined) return;
    this.label = label;
    this.said = `Drawing ${name}.`;
  }

  choose(tool: Tool): void {
    this.dropCorners();
    this.tool = tool;
    this.said = `${TOOLS[tool].name}. ${TOOLS[tool].how}`;
  }

  resize(radius: number): void {
    this.radius = Number(Math.max(RADIUS.min, Math.min(RADIUS.max, radius)).toPrecision(2));
    this.said = `Brush of ${2 * this.radius} pixels.`;
  }

  /** Begins a stroke of brush or eraser. */
  begin(at: Point, radius = this.radius): void {
    this.#before = this.labels.data.slice();
    this.#touched = null;
    this.#from = at;
    this.goOn(at, radius);
  }

  goOn(to: Point, radius = this.radius): void {
    if (this.#from === null) return;
    this.#touch(alongLine(this.labels, this.#from, to, radius, this.#painter(this.tool === "eraser" ? 0 : this.label)));
    this.#from = to;
  }

  end(): void {
    const { name } = TOOLS[this.tool];
    this.#finish(
      name,
      this.tool === "eraser"
        ? "No foreground was there to take away."
        : `It was ${this.classes[this.label] ?? "foreground"} already.`,
    );
  }

  /** Gives up the stroke under way, as if it had not begun. */
  cancel(): void {
    if (this.#before === null) return;
    this.labels.data.set(this.#before);
    if (this.#touched !== null) this.changed(this.#touched);
    this.#before = this.#touched = this.#from = null;
  }

  addCorner(at: Point): void {
    this.corners = [...this.corners, at];
    this.said = `Corner ${this.corners.length} of the polygon.${this.corners.length >= 3 ? " Enter closes it." : ""}`;
  }

  removeCorner(): void {
    if (this.corners.length === 0) return;
    this.corners = this.corners.slice(0, -1);
    this.said = `Corner taken back; ${this.corners.length} left.`;
  }

  dropCorners(): void {
    if (this.corners.length > 0) this.said = "Polygon given up.";
    this.corners = [];
  }

  closePolygon(): void {
    if (this.corners.length < 3) {
      this.said = "A polygon needs three corners.";
      return;
    }
    this.#before = this.labels.data.slice();
    this.#touch(insideOf(this.labels, this.corners, this.#painter(this.erases ? 0 : this.label)));
    this.corners = [];
    this.#finish("Polygon", "It changed nothing.");
  }

  fill(at: Point): void {
    const { width, height, rgba } = this.image;
    const [column, row] = [Math.floor(at.x), Math.floor(at.y)];
    if (column < 0 || row < 0 || column >= width || row >= height) return;
    this.#before = this.labels.data.slice();
    this.#touch(
      flood({ width, height, rgba }, column, row, this.tolerance, this.#painter(this.erases ? 0 : this.label)),
    );
    this.#finish("Fill", "It changed nothing.");
  }

  clear(): void {
    this.dropCorners();
    this.#before = this.labels.data.slice();
    this.labels.data.fill(0);
    this.#touch(this.#everything);
    this.#finish("Clearing", "The mask was empty already.");
  }

  /** Of masks of one class only. */
  invert(): void {
    this.dropCorners();
    this.#before = this.labels.data.slice();
    const { data } = this.labels;
    for (let at = 0; at < data.length; at += 1) data[at] = 1 - (data[at] ?? 0);
    this.#touch(this.#everything);
    this.#finish("Inverting", "It changed nothing.");
  }

  undo(): void {
    this.cancel();
    if (this.corners.length > 0) this.removeCorner();
    else this.#moved("Undone", this.#history.undo(this.labels));
  }

  redo(): void {
    if (!this.drawing) this.#moved("Done again", this.#history.redo(this.labels));
  }

  /** Moves the cursor of the keyboard, and draws on where a stroke is under way. */
  step(dx: number, dy: number): void {
    const within = (value: number, most: number) => Math.max(0, Math.min(most - 1, value));
    const x = within(this.cursor.x + dx, this.labels.width);
    const y = within(this.cursor.y + dy, this.labels.height);
    this.cursor = { x, y };
    if (this.drawing) this.goOn(this.cursorCentre);
    const label = this.labels.data[y * this.labels.width + x] ?? 0;
    this.said = `Column ${x + 1}, row ${y + 1}: ${this.classes[label] ?? "background"}.`;
  }

  get cursorCentre(): Point {
    return { x: this.cursor.x + 0.5, y: this.cursor.y + 0.5 };
  }

  get share(): number {
    return this.area / this.labels.data.length;
  }

  get #everything(): Rect {
    return { left: 0, top: 0, right: this.labels.width, bottom: this.labels.height };
  }

  #painter(label: number): (at: number) => void {
    const { data } = this.labels;
    return (at) => (data[at] = label);
  }

  #touch(rect: Rect): void {
    const so = this.#touched ?? rect;
    this.#touched = {
      left: Math.min(so.left, rect.left),
      top: Math.min(so.top, rect.top),
      right: Math.max(so.right, rect.right),
      bottom: Math.max(so.bottom, rect.bottom),
    };
    this.changed(rect);
  }

  #finish(what: string, otherwise: string): void {
    if (this.#before !== null && this.#touched !== null) {
      const recorded = this.#history.record(what, this.#before, this.labels, this.#touched);
      this.#tell(recorded ? `${what}:` : otherwise, recorded);
    }
    this.#before = this.#touched = this.#from = null;
  }

  #moved(how: string, step: { what: string; rect: Rect } | null): void {
    if (step === null) {
      this.said = how === "Undone" ? "Nothing is left to undo." : "Nothing is left to do again.";
      return;
    }
    this.changed(step.rect);
    this.#tell(`${how}: ${step.what.toLowerCase()};`, true);
  }

  #tell(words: string, changed: boolean): void {
    const before = this.area;
    this.area = count(this.labels.data);
    this.canUndo = this.#history.canUndo;
    this.canRedo = this.#history.canRedo;
    const pixels = Math.abs(this.area - before).toLocaleString("en-GB");
    const how = this.area >= before ? "more" : "fewer";
    this.said = changed ? `${words} ${pixels} pixels ${how}.` : words;
  }
}

function count(labels: Uint8Array): number {
  let area = 0;
  for (const label of labels) area += label === 0 ? 0 : 1;
  return area;
}
