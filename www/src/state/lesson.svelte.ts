/** The lesson that is open: which page, what was predicted, and the run that answers. */
import type { Evaluation, Experiment } from "../engine/types";
import { hiddenBy, hide, type Control } from "../lib/controls";
import { midSentence } from "../lib/losses";
import { keepProgress, progressOf } from "../lessons/progress";
import { numbersOf, type Measured } from "../lessons/numbers";
import type { Answer, Lesson } from "../lessons/types";
import { lab } from "./lab.svelte";
import type { History } from "./history";

type Library = typeof import("../lessons/library");

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
const message = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** What of the address stays when a lesson is opened or left. */
function address({ lesson }: { lesson: string | null }): void {
  const backend = new URLSearchParams(location.search).get("backend");
  const parts = [
    ...(backend === null ? [] : [`backend=${encodeURIComponent(backend)}`]),
    ...(lesson === null ? [] : [`lesson=${encodeURIComponent(lesson)}`]),
  ];
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
  /** Where the numbers of the page at hand come from: the last step that this or an earlier page asks for. */
  readonly step = $derived(this.lesson?.pages.slice(0, this.page + 1).findLast(({ run }) => run !== null)?.run ?? 0);
  /** The collected runs that this page speaks of: its own, or the last before. */
  readonly runs = $derived.by(() => {
    const pages = this.lesson?.pages.slice(0, this.page + 1) ?? [];
    return this.collected[pages.findLastIndex(({ seeds }) => seeds !== null)] ?? [];
  });
  readonly numbers = $derived.by(() => {
    void this.#news;
    void lab.revision;
    return numbersOf(
      lab.lanes.map((lane) => this.#measured(lane.history)),
      lab.session?.dataset ?? null,
      this.step,
      this.runs,
    );
  });
  /** Whether the page's run is over. */
  readonly reached = $derived.by(() => {
    const page = this.current;
    if (page?.run == null) return true;
    if (page.seeds !== null) return (this.collected[this.page]?.length ?? 0) === page.seeds.length;
    return this.#at(page.run);
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
    return lane === undefined ? `lane ${index + 1}` : midSentence(lab.nameOf(lane));
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
      this.problem = `The lesson “${name}” was not opened. ${message(error)}`;
      this.listed = true;
      return null;
    }
  }

  /** Plays a lesson's file. */
  async openFile(file: File): Promise<void> {
    try {
      await this.open((await this.load()).read(await file.text(), file.name));
    } catch (error) {
      this.problem = `“${file.name}” was not opened. ${message(error)}`;
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
    this.collected = {};
    this.#arrange();
  }

  /** What the engine is asked for: rounds that end where pages do, so that their numbers are of exactly that step. */
  experiment({ experiment, pages }: Lesson): Partial<Experiment> {
    const training = (experiment.training ?? {}) as Partial<Experiment["training"]>;
    const round = pages.reduce((common, { run }) => (run === null ? common : gcd(run, common)), 0);
    const steps = round === 0 ? {} : { steps: round, evaluate_every: gcd(round, training.evaluate_every ?? round) };
    return { ...experiment, training: { ...training, ...steps } } as Partial<Experiment>;
  }

  /** Back to the lesson's start: its experiment at step 0, its first page. */
  async restart(): Promise<void> {
    if (this.lesson === null) return;
    this.#stop();
    this.page = 0;
    this.answers = {};
    this.collected = {};
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
      if (lab.step > page.run && !this.#at(page.run)) await this.#configure(); // went past it on another experiment
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
      lab.play(); // the engine stops after every round
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

  /** Trains to a step; unless it is to be measured there, it may become a few more. The answer is whether it got there. */
  reach(step: number, exact = true): Promise<boolean> {
    this.#settle(false);
    this.#exact = exact;
    if (this.#there(step)) return Promise.resolve(true);
    return new Promise((resolve) => {
      this.#arrived = resolve;
      this.#pressed = false;
      this.goal = step;
      lab.play();
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
    const experiment = this.experiment(this.lesson);
    this.problem = await lab.load(seed === undefined ? experiment : { ...experiment, seed });
    if (this.problem === null && this.lesson.image !== null) lab.show(this.lesson.image);
    return this.problem === null;
  }

  #keep(): void {
    if (this.lesson !== null) keepProgress(this.lesson.id, { done: this.done, answers: $state.snapshot(this.answers) });
  }

  #arrange(): void {
    hide([...this.hidden, ...(this.lesson === null ? [] : hiddenBy(this.lesson.show))]);
  }
}

export const course = new Course();
$effect.root(() => {
  $effect(() => course.follow());
  $effect(() => course.note());
});
