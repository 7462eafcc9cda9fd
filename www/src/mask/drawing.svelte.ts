/** A mask being drawn on an image: tools, what they did, and words about it. */
import type { Easel } from "../engine/types";
import { t } from "../i18n/messages";
import { className } from "../lib/class-names";
import { alongLine, type Point, type Rect } from "../lib/stroke";
import { flood } from "./fill";

import { insideOf } from "./polygon";
import { UndoStack, type Labels } from "./undo";

/** With their keys. `mask.tool.<name>` is what they are called, `….how` how they are used. */
export const TOOLS = { brush: "B", eraser: "E", polygon: "P", fill: "F", move: "H" } as const;
export type Tool = keyof typeof TOOLS;
/** What is done at once, and undone. */
type Deed = Tool | "clear" | "invert";

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
    this.said = t("mask.said.class", { name: className(name) });
  }

  choose(tool: Tool): void {
    this.dropCorners();
    this.tool = tool;
    this.said = t("mask.said.tool", { name: t(`mask.tool.${tool}`), how: t(`mask.tool.${tool}.how`) });
  }

  resize(radius: number): void {
    this.radius = Number(Math.max(RADIUS.min, Math.min(RADIUS.max, radius)).toPrecision(2));
    this.said = t("mask.said.size", { pixels: 2 * this.radius });
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
    const name = className(this.classes[this.label] ?? "foreground");
    this.#finish(this.tool, this.tool === "eraser" ? t("mask.said.none") : t("mask.said.already", { name }));
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
    const count = this.corners.length;
    this.said = t(count >= 3 ? "mask.said.corner.closes" : "mask.said.corner", { count });
  }

  removeCorner(): void {
    if (this.corners.length === 0) return;
    this.corners = this.corners.slice(0, -1);
    this.said = t("mask.said.corner.back", { count: this.corners.length });
  }

  dropCorners(): void {
    if (this.corners.length > 0) this.said = t("mask.said.dropped");
    this.corners = [];
  }

  closePolygon(): void {
    if (this.corners.length < 3) {
      this.said = t("mask.said.three");
      return;
    }
    this.#before = this.labels.data.slice();
    this.#touch(insideOf(this.labels, this.corners, this.#painter(this.erases ? 0 : this.label)));
    this.corners = [];
    this.#finish("polygon", t("mask.said.unchanged"));
  }

  fill(at: Point): void {
    const { width, height, rgba } = this.image;
    const [column, row] = [Math.floor(at.x), Math.floor(at.y)];
    if (column < 0 || row < 0 || column >= width || row >= height) return;
    this.#before = this.labels.data.slice();
    this.#touch(
      flood({ width, height, rgba }, column, row, this.tolerance, this.#painter(this.erases ? 0 : this.label)),
    );
    this.#finish("fill", t("mask.said.unchanged"));
  }

  clear(): void {
    this.dropCorners();
    this.#before = this.labels.data.slice();
    this.labels.data.fill(0);
    this.#touch(this.#everything);
    this.#finish("clear", t("mask.said.empty"));
  }

  /** Of masks of one class only. */
  invert(): void {
    this.dropCorners();
    this.#before = this.labels.data.slice();
    const { data } = this.labels;
    for (let at = 0; at < data.length; at += 1) data[at] = 1 - (data[at] ?? 0);
    this.#touch(this.#everything);
    this.#finish("invert", t("mask.said.unchanged"));
  }

  undo(): void {
    this.cancel();
    if (this.corners.length > 0) this.removeCorner();
    else this.#moved("undone", this.#history.undo(this.labels));
  }

  redo(): void {
    if (!this.drawing) this.#moved("redone", this.#history.redo(this.labels));
  }

  /** Moves the cursor of the keyboard, and draws on where a stroke is under way. */
  step(dx: number, dy: number): void {
    const within = (value: number, most: number) => Math.max(0, Math.min(most - 1, value));
    const x = within(this.cursor.x + dx, this.labels.width);
    const y = within(this.cursor.y + dy, this.labels.height);
    this.cursor = { x, y };
    if (this.drawing) this.goOn(this.cursorCentre);
    const label = this.labels.data[y * this.labels.width + x] ?? 0;
    const name = className(this.classes[label] ?? "background");
    this.said = t("mask.said.place", { column: x + 1, row: y + 1, name });
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

  #finish(deed: Deed, otherwise: string): void {
    if (this.#before !== null && this.#touched !== null) {
      const recorded = this.#history.record(deed, this.#before, this.labels, this.#touched);
      if (recorded) this.#tell("done", deed);
      else this.said = otherwise;
    }
    this.#before = this.#touched = this.#from = null;
  }

  #moved(way: "undone" | "redone", step: { what: string; rect: Rect } | null): void {
    if (step === null) {
      this.said = t(`mask.said.${way}.none`);
      return;
    }
    this.changed(step.rect);
    this.#tell(way, step.what);
  }

  #tell(way: "done" | "undone" | "redone", deed: string): void {
    const before = this.area;
    this.area = count(this.labels.data);
    this.canUndo = this.#history.canUndo;
    this.canRedo = this.#history.canRedo;
    const pixels = Math.abs(this.area - before);
    this.said = t(`mask.said.${way}`, { deed, pixels, how: this.area >= before ? "more" : "fewer" });
  }
}

function count(labels: Uint8Array): number {
  let area = 0;
  for (const label of labels) area += label === 0 ? 0 : 1;
  return area;
}
