/** Mouse, pen and fingers: one draws, two move and enlarge. */
import type { Point } from "../lib/stroke";
import type { Drawing } from "./drawing.svelte";
import type { View } from "./view.svelte";

/** Pixels of the screen around a polygon's first corner that close it. */
const CLOSE = { mouse: 9, touch: 20 };

type CanvasEvent<E> = E & { currentTarget: HTMLElement };

export class Pointers {
  /** The last place of a pointer in the picture. */
  at = $state.raw<Point>({ x: 0, y: 0 });
  /** A pointer that hovers or draws is over the picture. */
  inside = $state(false);

  #drawing: Drawing;
  #view: View;
  /** Fingers and buttons that are down, by their places in the frame. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing is shown of it
  #down = new Map<number, Point>();
  #pans = false;
  /** Two fingers were down since the last time that none was. */
  #pinched = false;

  constructor(drawing: Drawing, view: View) {
    this.#drawing = drawing;
    this.#view = view;
  }

  down = (event: CanvasEvent<PointerEvent>): void => {
    if (event.button > 1) return;
    const drawing = this.#drawing;
    event.currentTarget.setPointerCapture(event.pointerId);
    const place = frame(event);
    this.#down.set(event.pointerId, place);
    if (this.#down.size > 1) {
      this.#pinched = true;
      drawing.cancel(); // it was no stroke but the first of two fingers
      return;
    }
    this.#see(event, place);
    this.#pinched = false;
    this.#pans = event.button === 1 || drawing.tool === "move";
    if (event.button === 1) event.preventDefault();
    if (this.#pans) return;
    if (drawing.tool === "brush" || drawing.tool === "eraser") drawing.begin(this.at, this.#radius(event));
  };

  move = (event: CanvasEvent<PointerEvent>): void => {
    const place = frame(event);
    const before = this.#down.get(event.pointerId);
    if (before === undefined) {
      this.#see(event, place);
      return;
    }
    if (this.#down.size > 1) {
      this.#pinch(event.pointerId, before, place);
    } else if (this.#pans) {
      this.#view.pan(place.x - before.x, place.y - before.y);
    } else if (this.#drawing.drawing) {
      const box = event.currentTarget.getBoundingClientRect();
      const all = event.getCoalescedEvents();
      for (const one of all.length > 0 ? all : [event]) {
        const at = this.#view.toPicture({ x: one.clientX - box.left, y: one.clientY - box.top });
        this.#drawing.goOn(at, this.#radius(one));
      }
    }
    this.#down.set(event.pointerId, place);
    this.#see(event, place);
  };

  up = (event: CanvasEvent<PointerEvent>): void => {
    if (!this.#down.delete(event.pointerId)) return;
    const drawing = this.#drawing;
    if (drawing.drawing) drawing.end();
    else if (!this.#pinched && !this.#pans) this.#click(event);
    if (event.pointerType === "touch") this.inside = false;
  };

  cancel = (event: PointerEvent): void => {
    this.#down.delete(event.pointerId);
    this.#drawing.cancel();
    this.inside = false;
  };

  /** With Ctrl, as a pinch on a touchpad comes too, it enlarges; else it moves what is enlarged. */
  wheel = (event: CanvasEvent<WheelEvent>): void => {
    if (event.ctrlKey || event.metaKey) {
      this.#view.zoomAt(frame(event), Math.exp(-event.deltaY / 200));
    } else if (this.#view.zoom > 1) {
      this.#view.pan(-event.deltaX, -event.deltaY);
    } else return;
    event.preventDefault();
  };

  #click(event: PointerEvent): void {
    const drawing = this.#drawing;
    if (drawing.tool === "fill") drawing.fill(this.at);
    if (drawing.tool !== "polygon") return;
    const first = drawing.corners[0];
    const near = event.pointerType === "touch" ? CLOSE.touch : CLOSE.mouse;
    const to = first && this.#view.toFrame(first);
    const here = this.#view.toFrame(this.at);
    if (to !== undefined && drawing.corners.length >= 3 && Math.hypot(to.x - here.x, to.y - here.y) < near) {
      drawing.closePolygon();
    } else drawing.addCorner(this.at);
  }

  #pinch(moved: number, before: Point, now: Point): void {
    const other = [...this.#down].find(([id]) => id !== moved)?.[1];
    if (other === undefined) return;
    const apart = (point: Point) => Math.max(10, Math.hypot(point.x - other.x, point.y - other.y));
    this.#view.pan((now.x - before.x) / 2, (now.y - before.y) / 2);
    this.#view.zoomAt({ x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 }, apart(now) / apart(before));
  }

  #see(event: PointerEvent, place: Point): void {
    this.at = this.#view.toPicture(place);
    this.inside = event.pointerType !== "touch" || this.#down.size === 1;
  }

  /** A pen paints broader where it is pressed. */
  #radius({ pointerType, pressure }: PointerEvent): number {
    const { radius } = this.#drawing;
    return pointerType === "pen" && pressure > 0 ? Math.max(0.5, radius * (0.4 + 1.2 * pressure)) : radius;
  }
}

function frame(event: CanvasEvent<MouseEvent>): Point {
  const box = event.currentTarget.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}
