/** The lecture hall: large pictures and numbers, few controls, nothing that moves by itself. */
import { course } from "./lesson.svelte";
import { lab } from "./lab.svelte";

/** What can fill the screen, by the keys 1 to 5. */
export const FIGURES = ["input", "errors", "probability", "gradient", "charts"] as const;
export type Figure = (typeof FIGURES)[number];

class Presenter {
  #on = $state(false);
  /** What fills the screen; null for all pictures. */
  figure = $state<Figure | null>(null);
  /** Pages of the lesson whose answer was shown without a prediction: the hall predicts aloud. */
  #revealed = $state.raw<{ lesson: object | null; pages: number[] }>({ lesson: null, pages: [] });
  #whole = false;

  get on(): boolean {
    return this.#on;
  }

  toggle(): void {
    if (this.#on) this.leave();
    else this.enter();
  }

  /** Takes the whole screen where the browser allows it; that needs a key or a press. */
  enter(): void {
    this.#set(true);
    scrollTo(0, 0);
    if (!document.fullscreenEnabled) return;
    document.documentElement.requestFullscreen().then(
      () => (this.#whole = true),
      () => undefined, // then in the window
    );
  }

  leave(): void {
    this.#set(false);
    this.#whole = false;
    if (document.fullscreenElement !== null) void document.exitFullscreen();
  }

  /** Escape: back to all pictures, then out. */
  back(): void {
    if (this.figure !== null) this.figure = null;
    else this.leave();
  }

  /** Shows one figure as large as the screen lets it, or all again. */
  show(figure: Figure | null): void {
    this.figure = this.figure === figure ? null : figure;
  }

  /** A clicker's keys: through the lesson, where the next thing may be a run or its answer; or else through the images. */
  turn(by: 1 | -1): void {
    if (course.lesson === null) lab.show(lab.image + by);
    else if (by === -1 || !this.#unfold()) course.go(course.page + by);
  }

  /** Whether the answer of the lesson's page is shown although nobody entered a prediction. */
  get revealed(): boolean {
    const { lesson, pages } = this.#revealed;
    return this.#on && lesson === course.lesson && pages.includes(course.page);
  }

  /** Does what the page at hand still has to do; false where that is nothing. */
  #unfold(): boolean {
    const { current, reached, goal, seed, page, answers } = course;
    if (goal !== null || seed !== null) return true; // wait for the run
    const asks = current?.predict != null && answers[page] === undefined && !this.revealed;
    if (asks) this.#reveal();
    if (!reached) void course.run();
    return asks || !reached;
  }

  #reveal(): void {
    const { lesson, pages } = this.#revealed;
    this.#revealed = { lesson: course.lesson, pages: [...(lesson === course.lesson ? pages : []), course.page] };
  }

  /** Back to the lesson's start. */
  restart(): void {
    this.#revealed = { lesson: null, pages: [] };
    this.figure = null;
  }

  /** The browser's own way out of the whole screen is a way out of presenting. */
  followScreen(): void {
    if (this.#on && this.#whole && document.fullscreenElement === null) this.leave();
  }

  #set(on: boolean): void {
    this.#on = on;
    this.restart();
    document.documentElement.toggleAttribute("data-present", on);
  }
}

export const presenter = new Presenter();
