/**
 * The training loop, one item at a time: some steps, or pictures, or an evaluation. The worker calls
 * `work` between commands, so that a command never waits for more than one item.
 */
import type { Event } from "../protocol";
import type { Evaluation, SessionInfo, Snapshot, StepReport, View } from "../types";
import { middling } from "../../lib/images";
import { say } from "../sayings";
import type { Engine } from "../wasm";
import { Clock, StepBudget, StepRate } from "./cadence";
import type { Team } from "./team";

/** After a single step, wait this long for the next one before spending time on an evaluation. */
const SETTLE_MS = 500;
/** A change of the lanes is kept soon, but not each of many. */
const KEEP_CHANGE_MS = 500;
/** Larger checkpoints would cost the page more memory and time than they save. */
const MAX_CHECKPOINT_MB = 64;
/** Parameters and two moments, four bytes each. */
const BYTES_PER_PARAMETER = 12;

export class Trainer {
  #engine: Engine;
  #team: Team;
  #post: (event: Event, transfer?: Transferable[]) => void;
  /** Of the lanes that have not stopped for good. */
  #steps = new Map<number, number>();
  #round = 0;
  #goal = 0;
  #evaluateEvery = 1;
  #running = false;
  #view: View = { image: 0, axis: "axial", slice: null, class: null, shared_scale: true, at: null };
  #snapshotWanted = false;
  /** When to evaluate although nothing is being trained; null: not at all. */
  #evaluateAt: number | null = null;
  #budget = new StepBudget();
  #clock = Clock.ofSnapshots();
  /** Whether something was done since the last checkpoint. */
  #unkept = false;
  #keepable = true;
  #keepClock = Clock.ofCheckpoints();
  #rate = new StepRate();
  /** The steps that the page knows it can look back at. */
  #past: number[] = [];
  /** What is left of steps, pictures or an evaluation that have begun, lane by lane. */
  #turns: (() => Promise<void>)[] = [];
  /** Every lane, also those that have stopped for good. */
  #lanes: number[] = [];
  /** Lanes share their launches on WebGPU; on the CPU each is on its own, and commands are heard in between. */
  #inTurns: boolean;

  constructor(engine: Engine, team: Team, post: (event: Event, transfer?: Transferable[]) => void) {
    this.#engine = engine;
    this.#team = team;
    this.#post = post;
    this.#inTurns = engine.info().backend === "cpu";
  }

  /** A new session, everything at step 0. Training goes on if it was on. Pictures are of a validation image. */
  begin(session: SessionInfo): void {
    this.#round = session.experiment.training.steps;
    this.#goal = this.#round;
    this.#evaluateEvery = Math.max(1, session.experiment.training.evaluate_every);
    this.#budget.forget();
    this.#turns = [];
    this.takeData(session);
  }

  /** The data changed, and perhaps the lanes. */
  takeData(session: SessionInfo): void {
    const held = session.dataset.samples.filter(({ split }) => split === "validation");
    const { image } = this.#view;
    // The page chooses the same, and says so if it wants another.
    const shown = held.some(({ index }) => index === image) ? image : (held[middling(held)]?.index ?? 0);
    this.#view = { ...this.#view, image: shown, slice: null, class: null, at: null };
    this.follow(session);
  }

  /** Goes on with a session that was kept. */
  resume(session: SessionInfo, goal: number, running: boolean): void {
    this.#running = false;
    this.begin(session);
    this.#goal = goal;
    this.#unkept = false;
    this.#running = running && this.#steps.size > 0 && !this.#finished();
    if (this.#running) this.#evaluateAt = null;
    this.#announce();
  }

  /** Makes a checkpoint soon, if anything was done since the last one; whether it does. */
  keep(): boolean {
    this.#keepClock.hasten(performance.now());
    return this.#unkept && this.#keepable;
  }

  /** The lanes changed; the data did not. */
  follow(session: SessionInfo): void {
    this.#team.changed();
    this.#lanes = session.lanes.map(({ id }) => id);
    this.#steps = new Map(session.lanes.filter(({ stopped }) => stopped === null).map(({ id, step }) => [id, step]));
    this.#unkept = session.lanes.some(({ step }) => step > 0);
    this.#keepClock.hasten(performance.now() + KEEP_CHANGE_MS);
    this.#measure(session);
    this.#snapshotWanted = true;
    this.#evaluateAt = this.#running ? null : performance.now();
    this.#rate.restart(performance.now());
    if (this.#finished() || this.#steps.size === 0) this.#running = false;
    this.#announce();
    this.#tellPast();
  }

  /** Shows what is still to be shown, unless training will do it soon. */
  async lookNow(): Promise<void> {
    if (!this.#snapshotWanted || this.#running) return;
    await this.#snapshot();
    await this.settle();
  }

  view(view: View): void {
    if (JSON.stringify(view) === JSON.stringify(this.#view)) return;
    this.#view = view;
    this.#snapshotWanted = true;
  }

  /** Trains to the end of the round, or until a step. */
  play(until?: number): void {
    if (this.#steps.size === 0) {
      this.#announce(); // the page may think that it runs
      return;
    }
    if (until !== undefined && until > this.#lead()) this.#goal = until;
    else if (this.#finished()) this.#goal += this.#round;
    this.#running = true;
    this.#rate.restart(performance.now());
    this.#announce();
  }

  pause(): void {
    if (this.#running) this.#halt();
  }

  /** Stops at once and forgets what was still to be shown of the past. */
  stop(): void {
    this.#turns = [];
    this.#running = false;
    this.#evaluateAt = null;
    this.#announce();
  }

  async singleStep(): Promise<void> {
    if (this.#steps.size === 0) return;
    this.#running = false;
    await this.settle();
    await this.#step(1);
    this.#evaluateAt = performance.now() + SETTLE_MS;
    this.#moved();
    this.#announce();
  }

  /** Does the most pressing item. Returns how long to wait for the next: 0 is at once, null is until told. */
  async work(): Promise<number | null> {
    const turn = this.#turns.shift();
    if (turn !== undefined) {
      await turn();
      return 0;
    }
    const now = performance.now();
    if (this.#snapshotWanted && (!this.#running || this.#clock.isDue(now))) {
      await this.#snapshot();
      return 0;
    }
    if (this.#unkept && this.#keepClock.isDue(now)) {
      await this.#keep();
      return 0;
    }
    if (this.#running) {
      await this.#iterate();
      return 0;
    }
    if (this.#evaluateAt !== null) {
      if (now < this.#evaluateAt) return this.#evaluateAt - now;
      await this.#evaluate();
      return 0;
    }
    if (!this.#unkept) return null;
    await this.#keep();
    return 0;
  }

  /** Ends what has begun: all lanes are at the same step then. */
  async settle(): Promise<void> {
    for (let turn = this.#turns.shift(); turn !== undefined; turn = this.#turns.shift()) await turn();
  }

  async #iterate(): Promise<void> {
    const untilEvaluation = this.#evaluateEvery - (this.#lead() % this.#evaluateEvery);
    const untilGoal = Math.max(1, this.#goal - Math.min(...this.#steps.values()));
    const count = Math.min(this.#budget.steps, untilEvaluation, untilGoal);
    if (!this.#inTurns) {
      const started = performance.now();
      await this.#step(count);
      await this.#afterRound(count, performance.now() - started);
      return;
    }
    let spent = 0;
    // Larger ones than are kept would take longer to hand over than to train.
    const lanes = [...this.#steps.keys()];
    const groups = this.#keepable ? this.#team.groups(lanes) : lanes.map((lane) => [lane]);
    this.#turns = groups.map((group, position) => async () => {
      const started = performance.now();
      const last = position === groups.length - 1;
      this.#tell(await this.#team.step(group, count), last ? count : 0);
      spent += performance.now() - started;
      if (last) await this.#afterRound(count, spent);
    });
  }

  async #afterRound(steps: number, milliseconds: number): Promise<void> {
    this.#budget.learn(steps, milliseconds);
    this.#moved();
    if (!this.#running) return;
    if (this.#finished() || this.#steps.size === 0) this.#halt();
    else if (this.#lead() % this.#evaluateEvery === 0) await this.#evaluate();
  }

  /** Lanes have moved on: the present looks otherwise, the past does not. */
  #moved(): void {
    if (this.#view.at === null) this.#snapshotWanted = true;
    this.#tellPast();
  }

  #tellPast(): void {
    const steps = [...this.#engine.past()];
    if (steps.length === this.#past.length && steps.at(-1) === this.#past.at(-1)) return;
    this.#past = steps;
    this.#post({ type: "past", steps });
  }

  async #step(count: number): Promise<void> {
    this.#tell(await this.#engine.step(count), count);
  }

  /** Tells the page of steps; `count` more have been made by all lanes. */
  #tell(reports: StepReport[], count: number): void {
    for (const report of reports) this.#steps.set(report.lane, report.step);
    this.#unkept = true;
    this.#post({ type: "reports", reports, rate: this.#rate.add(performance.now(), count) });
    if (reports.every(({ loss }) => Number.isFinite(loss))) return;
    const lanes = this.#engine.lanes();
    for (const { id, stopped } of lanes) if (stopped !== null) this.#steps.delete(id);
    this.#post({ type: "lanes", lanes });
  }

  async #keep(): Promise<void> {
    const started = performance.now();
    this.#unkept = false;
    if (!this.#keepable) return;
    const { buffer } = await this.#engine.checkpoint();
    this.#keepClock.taken(started, performance.now());
    this.#post({ type: "checkpoint", checkpoint: buffer }, [buffer]);
  }

  /** Whether the session is small enough to be kept. */
  #measure({ parameters, lanes }: SessionInfo): void {
    const megabytes = (BYTES_PER_PARAMETER * parameters * lanes.length) / (1024 * 1024);
    const keepable = megabytes <= MAX_CHECKPOINT_MB;
    if (this.#keepable && !keepable) {
      const values = { size: Math.ceil(megabytes), most: MAX_CHECKPOINT_MB };
      this.#post({ type: "unkept", ...say("tooLargeToKeep", values) });
    }
    this.#keepable = keepable;
  }

  async #snapshot(): Promise<void> {
    const started = performance.now();
    this.#snapshotWanted = false;
    this.#engine.begin_look(this.#view);
    const show = (snapshots: Snapshot[]) => {
      this.#clock.taken(started, performance.now());
      this.#post({ type: "snapshots", snapshots }, buffers(snapshots));
    };
    if (!this.#inTurns) {
      await this.#engine.look();
      show(await this.#engine.draw());
      return;
    }
    // All are shown the image before the first is drawn: they may share a scale. They appear together.
    // What has stopped for good has nothing to show but its past.
    const lanes = this.#view.at === null ? [...this.#steps.keys()] : this.#lanes;
    const drawn: Snapshot[] = [];
    this.#turns = [
      ...lanes.map((lane) => () => this.#engine.look(lane)),
      ...lanes.map((lane) => async () => void drawn.push(...(await this.#engine.draw(lane)))),
      last(() => show(drawn)),
    ];
  }

  async #evaluate(): Promise<void> {
    this.#evaluateAt = null;
    this.#unkept ||= this.#lead() > 0;
    const show = (evaluations: Evaluation[]) => this.#post({ type: "evaluations", evaluations });
    if (!this.#inTurns) {
      show(await this.#engine.evaluate("validation"));
      return;
    }
    const evaluations: Evaluation[] = [];
    this.#turns = [
      ...this.#lanes.map(
        (lane) => async () => void evaluations.push(...(await this.#engine.evaluate("validation", lane))),
      ),
      last(() => show(evaluations)),
    ];
  }

  /** Stops, with pictures and numbers of the very step it stopped at. */
  #halt(): void {
    this.#running = false;
    this.#moved();
    this.#evaluateAt = performance.now();
    this.#announce();
  }

  #lead(): number {
    return Math.max(0, ...this.#steps.values());
  }

  #finished(): boolean {
    return this.#steps.size > 0 && Math.min(...this.#steps.values()) >= this.#goal;
  }

  #announce(): void {
    this.#post({ type: "transport", running: this.#running, goal: this.#goal, finished: this.#finished() });
  }
}

/** A turn that has nothing to wait for. */
function last(turn: () => void): () => Promise<void> {
  return () => {
    turn();
    return Promise.resolve();
  };
}

/** The memory of the pictures, to be handed over rather than copied. */
function buffers(snapshots: Snapshot[]): Transferable[] {
  return snapshots
    .flatMap(({ pictures }) => Object.values(pictures))
    .map(({ rgba }) => rgba)
    .filter((rgba) => rgba.byteLength === rgba.buffer.byteLength) // never the engine's whole memory
    .map((rgba) => rgba.buffer);
}
