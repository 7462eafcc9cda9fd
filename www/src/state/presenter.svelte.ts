/** The lecture hall: large pictures and numbers, few controls, nothing that moves by itself. */
import { course } from "./lesson.svelte";
import { lab } from "./lab.svelte";

class Presenter {
  #on = $state(false);

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
    if (document.fullscreenEnabled) document.documentElement.requestFullscreen().catch(() => undefined); // then in the window
  }

  leave(): void {
    this.#set(false);
    if (document.fullscreenElement !== null) void document.exitFullscreen();
  }

  /** A clicker's keys: through the lesson, or else through the images. */
  turn(by: 1 | -1): void {
    if (course.lesson !== null) course.go(course.page + by);
    else lab.show(lab.image + by);
  }

  #set(on: boolean): void {
    this.#on = on;
    if (on) document.documentElement.dataset.present = "";
    else delete document.documentElement.dataset.present;
  }
}

export const presenter = new Presenter();
