/** The lesson that is open: which page, what was predicted, and the run that answers. */
import type { Evaluation, Experiment } from "../engine/types";
import { t } from "../i18n/messages";
import { hiddenBy, hide, type Control } from "../lib/controls";
import { midSentence } from "../lib/losses";
import { experimentOf, variantOf } from "../lessons/experiment";
import { keepProgress, progressOf } from "../lessons/progress";
import { numbersOf, type Measured, type Run } from "../lessons/numbers";
import type { Answer, Lesson } from "../lessons/types";
import { lab } from "./lab.svelte";
import type { History } from "./history";

type Library = typeof import("../lessons/library");

const message = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** What of the address stays when a lesson is opened or left: what it runs on, what is hidden, and the language. */
function address({ lesson }: { lesson: string | null }): void {
  const now = new URLSearchParams(location.search);
  const stays = ["backend", "hide", "lang"].flatMap((name): [string, string][] => {
    const value = now.get(name);
    return value === null ? [] : [[name, value]];
  });
  const wanted: [string, string][] = lesson === null ? stays : [...stays, ["lesson", lesson]];
  const parts = wanted.map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  history.replaceState(null, "", parts.length === 0 ? location.pathname : `?${parts.join("&")}`);
}

class Course {
  /** The code that reads lessons; null until a lesson or the list is asked for. */
  library = $state.raw<Library | null>(null);
  listed = $state(false);
  lesson = $state.raw<Lesson | null>(null);
  page = $state(0);
  /** Why a lesson could not be opened. */
  problem = $state<string | null>(null);
  answers = $state<Record<number, Answer>>({});
  done = $state<number[]>([]);
  /** The step that is being trained to. */
  goal = $state<number | null>(null);
  /** Which of a page's seeds is running. */
  seed = $state<number | null>(null);
  /** What runs over several seeds gave, by page. */
  collected = $state.raw<Record<number, Measured[][]>>({});
  /** What the pages' runs gave, by page. */
  #results = $state.raw<Record<number, Run>>({});
  /** Which page's experiment the engine has, by its page, -1 for the lesson's own; null for another, or none. */
  #variant = $state<number | null>(null);
  /** The seed that it has instead of the experiment's own. */
  #seed: number | undefined;
  /** What a link leaves out, besides what the lesson does. */
  hidden = $state.raw<readonly Control[]>([]);
  /** Whether the step that is being trained to must have been measured. */
  #exact = true;

  /** Goes up with every evaluation. */
  #news = $state(0);
  // Not reactive: `#news` tells of them.
  #evaluations = new WeakMap<History, Record<number, Evaluation>>();
  #arrived: ((reached: boolean) => void) | null = null;
  #pressed = false;

  readonly current = $derived(this.lesson?.pages[this.page] ?? null);
  readonly lanes = $derived(
    lab.lanes.map((lane, index) => [this.lesson?.lanes[index], lane.loss.kind].filter((name) => name !== undefined)),
  );
  /** The page whose run the numbers of the page at hand are of: its own or the last before; -1 for none. */
  readonly source = $derived.by(() => {
    if (this.lesson === null) return -1;
    const last = this.lesson.pages.slice(0, this.page + 1).findLastIndex(({ run }) => run !== null);
    return variantOf(this.lesson, this.page) > last ? -1 : last; // other data, of which nothing is known yet
  });
  /** The collected runs that this page speaks of: its own, or the last before. */
  readonly runs = $derived.by(() => {
    const pages = this.lesson?.pages.slice(0, this.page + 1) ?? [];
    return this.collected[pages.findLastIndex(({ seeds }) => seeds !== null)] ?? [];
  });
  readonly numbers = $derived.by(() => {
    void this.#news;
    void lab.revision;
    return numbersOf(this.#runOf(this.source), this.runs, (page) => numbersOf(this.#runOf(page - 1)));
  });
  /** Whether the page's run is over. */
  readonly reached = $derived.by(() => {
    const page = this.current;
    if (page?.run == null) return true;
    if (page.seeds !== null) return (this.collected[this.page]?.length ?? 0) === page.seeds.length;
    return this.#results[this.page] !== undefined;
  });
  /** Whether the lanes are where the page's run left them, or further; not after turning back to a page of other data. */
  readonly there = $derived.by(() => {
    const page = this.current;
    if (this.lesson === null || page?.run == null || page.seeds !== null) return true;
    return this.#variant === variantOf(this.lesson, this.page) && lab.step >= page.run;
  });
  readonly complete = $derived.by(() => {
    const page = this.current;
    if (page === null || !this.reached) return false;
    if (page.predict !== null && this.answers[this.page] === undefined) return false;
    return page.complete === null || page.complete.evaluate(this.numbers)?.value === true;
  });

  laneName(index: number): string {
    const own = this.lesson?.lanes[index];
    const lane = lab.lanes[index];
    if (own !== undefined) return own;
    return lane === undefined ? t("lessons.lane", { lane: index + 1 }) : midSentence(lab.nameOf(lane));
  }

  async load(): Promise<Library> {
    this.library ??= await import("../lessons/library");
    return this.library;
  }

  async toggleList(): Promise<void> {
    this.problem = null;
    this.listed = !this.listed;
    if (this.listed) await this.load().catch((error: unknown) => (this.problem = message(error)));
  }

  /** The lesson of an address, before there is an engine; null where it cannot be had, which is said. */
  async find(name: string): Promise<Lesson | null> {
    try {
      return await (await this.load()).find(name);
    } catch (error) {
      this.problem = t("lessons.open.failed", { name, reason: message(error) });
      this.listed = true;
      return null;
    }
  }

  /** Plays a lesson's file. */
  async openFile(file: File): Promise<void> {
    try {
      await this.open((await this.load()).read(await file.text(), file.name));
    } catch (error) {
      this.problem = t("lessons.open.file.failed", { name: file.name, reason: message(error) });
      this.listed = true;
    }
  }

  async open(lesson: Lesson): Promise<void> {
    this.begin(lesson);
    address({ lesson: this.library?.builtIn.includes(lesson) === true ? lesson.id : null });
    await this.restart();
  }

  /** Shows a lesson whose experiment is there, or on its way. */
  begin(lesson: Lesson, page = 0): void {
    this.#stop();
    this.problem = null;
    this.listed = false;
    this.lesson = lesson;
    this.page = Math.max(0, Math.min(page, lesson.pages.length - 1));
    const { done, answers } = progressOf(lesson.id);
    this.done = done;
    this.answers = answers;
    this.#forget();
    this.#arrange();
  }

  /** The experiment that this page of a lesson is about. */
  experiment(lesson: Lesson, page = this.page): Partial<Experiment> {
    return experimentOf(lesson, page);
  }

  /** The engine has taken up the experiment of the page at hand. */
  taken(): void {
    if (this.lesson !== null) this.#variant = variantOf(this.lesson, this.page);
  }

  #forget(): void {
    this.collected = {};
    this.#results = {};
    this.#variant = null;
  }

  /** Back to the lesson's start: its experiment at step 0, its first page. */
  async restart(): Promise<void> {
    if (this.lesson === null) return;
    this.#stop();
    this.page = 0;
    this.answers = {};
    this.#forget();
    this.#keep();
    await this.#configure();
  }

  leave(): void {
    this.#stop();
    this.lesson = null;
    this.#arrange();
    address({ lesson: null });
  }

  go(page: number): void {
    if (this.lesson === null || page < 0 || page >= this.lesson.pages.length) return;
    this.page = page;
    if (this.#variant === null || variantOf(this.lesson, page) === this.#variant) return;
    this.#stop(); // the page is about other data
    void this.#configure();
  }

  answer(value: Answer): void {
    this.answers = { ...this.answers, [this.page]: value };
    this.#keep();
  }

  /** Trains to where the page wants it. */
  async run(): Promise<void> {
    const page = this.current;
    if (page?.run == null || lab.status !== "ready") return;
    if (page.seeds === null) {
      const own =
        this.#seed === undefined && this.lesson !== null && this.#variant === variantOf(this.lesson, this.page);
      const ready = own && (lab.step <= page.run || this.#at(page.run));
      if (!ready && !(await this.#configure())) return; // other seeds or data, or it went past while nobody measured
      await this.reach(page.run);
      return;
    }
    const [own, at] = [this.lesson, this.page];
    this.collected = { ...this.collected, [at]: [] };
    for (const seed of page.seeds) {
      this.seed = seed;
      if (!(await this.#configure(seed)) || !(await this.reach(page.run)) || this.lesson !== own) break;
      const run = lab.lanes.map((lane) => this.#measured(lane.history));
      this.collected = { ...this.collected, [at]: [...(this.collected[at] ?? []), run] };
      this.#results = { ...this.#results, [at]: this.#live(page.run) };
    }
    this.seed = null;
  }

  pause(): void {
    this.#stop();
    lab.pause();
  }

  leaveOut(controls: readonly Control[]): void {
    this.hidden = controls;
    this.#arrange();
  }

  /** Follows the engine. */
  follow(): void {
    for (const lane of lab.lanes) {
      const { history, evaluation } = lane;
      if (evaluation === null) continue;
      const known = this.#evaluations.get(history) ?? {};
      if (known[evaluation.step] === evaluation) continue;
      this.#evaluations.set(history, { ...known, [evaluation.step]: evaluation });
      this.#news += 1;
    }
    this.#record();
    const { running, finished } = lab.transport;
    const { status, step } = lab;
    if (this.goal === null) return;
    if (step >= this.goal && this.#there(this.goal)) {
      lab.pause();
      this.#settle(true);
    } else if (running) {
      this.#pressed = true;
    } else if (status !== "ready" || lab.fault !== null) {
      this.#settle(false);
    } else if (finished && step < this.goal) {
      lab.play(this.goal); // the engine stops after a round
    } else if (this.#pressed && !finished) {
      this.#settle(false); // somebody pressed Pause
    }
  }

  /** Notes that the page at hand is complete. */
  note(): void {
    if (!this.complete || this.done.includes(this.page)) return;
    this.done = [...this.done, this.page];
    this.#keep();
  }

  /** Keeps what the pages' runs gave, for when the lanes have gone on or learn from other data. */
  #record(): void {
    const lesson = this.lesson;
    if (lesson === null || this.seed !== null || this.#seed !== undefined) return;
    for (const [page, { run, seeds }] of lesson.pages.entries()) {
      if (run === null || seeds !== null || variantOf(lesson, page) !== this.#variant || !this.#at(run)) continue;
      const live = this.#live(run);
      // The lanes' records grow in place, so that what was kept of them lacks nothing but new evaluations.
      if (this.#results[page]?.lanes[0]?.loss === live.lanes[0]?.loss) continue;
      this.#results = { ...this.#results, [page]: live };
    }
  }

  /** What a page's run gave, or what there is as long as it has not been made. */
  #runOf(page: number): Run {
    const step = this.lesson?.pages[page]?.run ?? 0;
    const kept = this.#results[page];
    if (kept !== undefined) return kept;
    const here = this.lesson === null || page < 0 || this.#variant === variantOf(this.lesson, page);
    return here ? this.#live(step) : { lanes: [], dataset: null, step };
  }

  #live(step: number): Run {
    const lanes = lab.lanes.map((lane) => this.#measured(lane.history));
    return { lanes, dataset: lab.session?.dataset ?? null, step };
  }

  /** Whether every lane that still learns was measured at a step. */
  #at(step: number): boolean {
    void this.#news;
    const going = lab.lanes.filter(({ stopped }) => stopped === null);
    return going.length > 0 && going.every(({ history }) => this.#evaluations.get(history)?.[step] !== undefined);
  }

  #there(step: number): boolean {
    return this.#exact ? this.#at(step) : lab.step >= step;
  }

  #measured(history: History): Measured {
    const { loss, foreground } = history;
    return { loss, foreground, evaluations: this.#evaluations.get(history) ?? {} };
  }

  /** Trains to a step; `exact` if it must have been measured there. The answer is whether it got there. */
  reach(step: number, exact = true): Promise<boolean> {
    this.#settle(false);
    this.#exact = exact;
    if (this.#there(step)) return Promise.resolve(true);
    return new Promise((resolve) => {
      this.#arrived = resolve;
      this.#pressed = false;
      this.goal = step;
      lab.play(step);
    });
  }

  #settle(reached: boolean): void {
    this.goal = null;
    this.#arrived?.(reached);
    this.#arrived = null;
  }

  #stop(): void {
    if (this.goal !== null) lab.pause();
    this.#settle(false);
    this.seed = null;
  }

  async #configure(seed?: number): Promise<boolean> {
    if (this.lesson === null) return false;
    const { lesson, page } = this;
    const experiment = this.experiment(lesson);
    this.#variant = null;
    const refused = await lab.load(seed === undefined ? experiment : { ...experiment, seed });
    if (refused !== null) {
      this.problem = refused; // what else there is to say of another file may stand there already
      return false;
    }
    if (this.lesson === lesson) this.#variant = variantOf(lesson, page);
    this.#seed = seed;
    if (lesson.image !== null) lab.show(lesson.image);
    return true;
  }

  #keep(): void {
    if (this.lesson !== null) keepProgress(this.lesson.id, { done: this.done, answers: $state.snapshot(this.answers) });
  }

  #arrange(): void {
    lab.names = this.lesson?.lanes ?? [];
    hide([...this.hidden, ...(this.lesson === null ? [] : hiddenBy(this.lesson.show))]);
  }
}

export const course = new Course();
$effect.root(() => {
  $effect(() => course.follow());
  $effect(() => course.note());
});
