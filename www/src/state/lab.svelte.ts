/**
 * The state of the page: the engine, the experiment and its lanes. It asks the engine for things and
 * keeps what comes back; it computes no numbers of its own.
 */
import { EngineClient, type Notice } from "../engine/client";
import type { Asked } from "../lib/address";
import type { BackendChoice, Ready, TransportState } from "../engine/protocol";
import type { Experiment, Loss, LossInfo, SessionInfo } from "../engine/types";
import { translated } from "../i18n/catalogue";
import { t } from "../i18n/messages";
import { middling } from "../lib/images";
import { inWords } from "../lib/told";
import { MAX_LANES } from "../lib/lane-style";
import { onlyProportions } from "../lib/proportions";
import { fitNetwork } from "../lib/volumes";
import { sets } from "./imported-sets.svelte";
import { Keeper } from "./keeper.svelte";
import { Lane } from "./lane.svelte";
import { Latest } from "./latest";
import { past } from "./past.svelte";
import { FIRST_LOOK, fitting, type Look } from "./look";
import { pixel } from "./pixel.svelte";
import { RECORD_VERSION, timeOf, wentOn, type RunRecord } from "./run-record";

const CHANGE_DELAY_MS = 150;
const CHART_INTERVAL_MS = 250;
/** Whoever chooses another language does not wait longer for the run to be kept. */
const KEEP_PATIENCE_MS = 2000;
/** After a fault the page goes on by itself from a checkpoint that is not older. */
const FRESH_MS = 60_000;
/** So long after it went on by itself it may do so again: from a checkpoint made since, or else it is not fresh. */
const HEALTHY_MS = 60_000;

const prefersStillness = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

const message = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** Whether an experiment's document, which may be anything, is about volumes. */
function asksForVolumes(document: string | null): boolean {
  try {
    return document !== null && (JSON.parse(document) as Partial<Experiment>).network?.dims === 3;
  } catch {
    return false; // what is wrong with it is said when it is taken up
  }
}

/** The same experiment on images that are drawn, which are no volumes. */
function drawn(experiment: Experiment, { experiment: { data } }: Ready): Experiment {
  const other = structuredClone({ ...experiment, data });
  fitNetwork(other, 2);
  return other;
}

interface Fault {
  message: string;
  fatal: boolean;
  /** The engine says it, whose sentences are English. */
  english?: boolean;
}

class Lab {
  status = $state<"starting" | "ready" | "failed">("starting");
  backend = $state<BackendChoice>("auto");
  /** How many workers train lanes side by side on the CPU; null for as many as suit the machine. */
  #threads: number | null = null;
  /** What went wrong, and whether the engine can go on. */
  fault = $state<Fault | null>(null);
  ready = $state.raw<Ready | null>(null);
  session = $state.raw<SessionInfo | null>(null);
  /** The experiment as the controls show it; its losses are those of the lanes. */
  draft = $state<Experiment | null>(null);
  lanes = $state.raw<Lane[]>([]);
  transport = $state<TransportState>({ running: false, goal: 0, finished: false });
  rate = $state<number | null>(null);
  /** The quiet line under the settings. */
  changed = $state<string | null>(null);
  refused = $state<string | null>(null);
  /** Where the run was taken up again, and what that cost. */
  resumed = $state<string | null>(null);
  readonly keeper = new Keeper();
  /** Position among the validation images. */
  image = $state(0);
  look = $state.raw<Look>(FIRST_LOOK);
  /** Whether this engine has made a step: on WebGPU its shaders are compiled by then. */
  #warm = $state(false);
  /** Goes up when the charts have something new to draw. */
  revision = $state(0);
  /** What the lanes are called, where a lesson gives them names of their own. */
  names = $state.raw<readonly string[]>([]);

  readonly catalogue = $derived<LossInfo[]>(translated(this.ready?.catalogue ?? []));
  readonly validation = $derived(this.session?.dataset.samples.filter(({ split }) => split === "validation") ?? []);
  /** The step that every lane has reached, those apart that have stopped for good. */
  readonly step = $derived.by(() => {
    const going = this.lanes.filter(({ stopped }) => stopped === null).map(({ step }) => step);
    return going.length > 0 ? Math.min(...going) : Math.max(0, ...this.lanes.map(({ step }) => step));
  });

  /** Whether what the page waits for are shaders: they are compiled when they are first run, and kept for the session. */
  readonly compiling = $derived.by(() => {
    if (this.status !== "ready" || this.ready?.info.backend !== "webgpu" || this.#warm) return false;
    return this.transport.running || (this.lanes.length > 0 && this.lanes.every(({ snapshot }) => snapshot === null));
  });

  #client: EngineClient | null = null;
  /** The imported set that an engine has. */
  #handedIn = new WeakMap<EngineClient, string>();
  #structure: Promise<unknown> = Promise.resolve();
  #configuring = new Latest<string>((what) => this.#configure(what), CHANGE_DELAY_MS);
  #settingLoss = new WeakMap<Lane, Latest<Loss>>();
  #chartTimer: ReturnType<typeof setTimeout> | undefined;
  /** Where the engine was when volumes took it to the CPU: back there it goes for images. */
  #aside: BackendChoice | null = null;
  #devicesLost = 0;
  /** When the page last went on by itself. */
  #restartedAt: number | null = null;
  /** Whether anybody asked for this run; what the page opens on by itself is not worth coming back to. */
  #own = false;
  /** When the engine broke. */
  #wasRunning = false;

  /** The worker to talk to. Throws where the engine is not up. */
  get client(): EngineClient {
    if (this.#client === null) throw new Error(t("training.trouble.notRunning"));
    return this.#client;
  }

  info(kind: string): LossInfo | undefined {
    return this.catalogue.find((info) => info.kind === kind);
  }

  nameOf(lane: Lane): string {
    const given = this.names[this.lanes.indexOf(lane)];
    if (given !== undefined) return given.charAt(0).toUpperCase() + given.slice(1);
    const name = this.info(lane.loss.kind)?.name ?? lane.loss.kind;
    const namesakes = this.lanes.filter((other) => other.loss.kind === lane.loss.kind);
    return namesakes.length > 1 ? t("training.lane.namesake", { name, number: this.lanes.indexOf(lane) + 1 }) : name;
  }

  /** Starts the engine as the address asks, or goes on with the run that this tab was on. */
  async open({ backend, threads, experiment, explicit, fresh, play }: Asked): Promise<void> {
    this.#own = explicit;
    this.#threads = threads;
    await sets.load();
    const record = await this.keeper.find();
    const reloaded = !fresh && record?.tab === this.keeper.tab && (!explicit || record.query === this.keeper.query);
    if (record !== null && (reloaded || !explicit)) {
      if (record.dataset !== null && sets.find(record.dataset) === undefined) {
        this.resumed = t("training.kept.imagesGone", { time: timeOf(record) });
        void this.keeper.forget(); // said once
      } else if (reloaded) {
        await this.#startFor(record.volumes === true, backend, experiment, record);
        return;
      } else if (record.own && !record.transport.finished) {
        this.keeper.offer = record;
      }
    }
    await this.#startFor(asksForVolumes(experiment), backend, experiment);
    // A first visit finds something that learns already.
    if (play ?? (!explicit && this.keeper.offer === null && !prefersStillness())) this.#play();
  }

  /** Goes on with the run that was offered. */
  acceptOffer(): void {
    const record = this.keeper.offer;
    if (record === null) return;
    this.#tell(
      this.#restructure(async () => {
        if (this.#mustMove(record.volumes === true)) {
          await this.#startFor(record.volumes === true, this.#aside ?? this.backend, null, record);
          this.keeper.offer = null;
          return;
        }
        this.#restore(await this.#resume(this.client, record), record);
        this.draft = structuredClone(this.session?.experiment ?? null);
        this.keeper.offer = null;
      }),
    );
  }

  /** Makes a checkpoint of what was done since the last one: the page may be about to go. */
  keep(): void {
    if (this.status === "ready" && this.step > 0) this.#tell(this.client.send({ type: "keep" }));
  }

  /** The same, and waits for it; but not long, and not where nothing is to come. */
  async keepFirst(): Promise<void> {
    if (this.status !== "ready" || this.step === 0) return;
    const kept = this.keeper.next();
    const comes = await this.client.send({ type: "keep" }).catch(() => false);
    if (comes) await Promise.race([kept, new Promise((resolve) => setTimeout(resolve, KEEP_PATIENCE_MS))]);
  }

  /**
   * Starts the engine again, on the CPU after two losses of the device, and goes on from the last checkpoint.
   * Says what was lost with the old one.
   */
  async goOn(why: string, backend = this.#devicesLost > 1 ? "cpu" : this.backend): Promise<void> {
    const kept = this.keeper.kept;
    if (kept === null) {
      await this.start(backend);
      return;
    }
    const running = this.#wasRunning;
    const record = { ...kept, transport: { ...kept.transport, running } };
    const reached = new Map(this.lanes.map(({ id, step }) => [id, step]));
    const lost = Math.max(0, ...record.lanes.map(({ id, step }) => (reached.get(id) ?? 0) - step));
    this.resumed = null;
    if (!(await this.start(backend, null, record))) return;
    const moved = this.ready?.info.backend !== kept.backend;
    this.resumed = wentOn(why, kept, lost, running, moved);
  }

  /**
   * Starts the engine, or starts it again on another backend, with the experiment at hand; at first, with
   * the one whose document `asked` is, if there is one. `record` is a run to go on with instead: the
   * answer is whether that worked.
   */
  async start(backend: BackendChoice, asked: string | null = null, record: RunRecord | null = null): Promise<boolean> {
    this.#client?.dispose();
    this.#warm = false;
    this.backend = backend;
    this.#aside = null;
    this.status = "starting";
    this.fault = null;
    this.rate = null;
    this.transport = { running: false, goal: 0, finished: false };
    const client = new EngineClient((notice) => {
      if (this.#client === client) this.#notice(notice);
    }, inWords);
    this.#client = client;
    try {
      const ready = await client.start(backend, this.#threads);
      const resumed = record === null ? null : await this.#tryResume(client, record);
      const session = resumed ?? (await this.#firstSession(client, ready, asked));
      this.ready = ready;
      if (record !== null && resumed !== null) this.#restore(session, record);
      else this.#adopt(session);
      if (resumed === null && this.keeper.kept !== null) void this.keeper.forget();
      this.draft = structuredClone(session.experiment);
      this.status = "ready";
      this.show(this.image); // the worker has not been told yet which image it is
      return resumed !== null;
    } catch (error) {
      if (this.#client !== client) return false; // started anew meanwhile
      this.status = "failed";
      this.fault = { message: message(error), fatal: true, english: true };
      return false;
    }
  }

  /** Volumes train on the CPU only; what was chosen is kept for when images are trained on again. */
  async #startFor(
    volumes: boolean,
    backend: BackendChoice,
    asked: string | null = null,
    record: RunRecord | null = null,
  ): Promise<void> {
    await this.start(volumes ? "cpu" : backend, asked, record);
    if (volumes && backend !== "cpu") this.#aside = backend;
  }

  /** Whether these data train on another engine than the one at hand. */
  #mustMove(volumes: boolean): boolean {
    return volumes ? this.ready?.info.backend === "webgpu" : this.#aside !== null;
  }

  /** Trains to the end of the round, or to a step. */
  play(until?: number): void {
    this.#own = true;
    this.fault = null;
    this.#play(until);
  }

  #play(until?: number): void {
    if (this.status !== "ready" || this.lanes.length === 0) return;
    past.go(null);
    this.#takeUpChanges();
    this.transport.running = true; // at once; the worker confirms
    this.#tell(this.client.send({ type: "play", ...(until === undefined ? {} : { until }) }));
  }

  pause(): void {
    if (this.status !== "ready") return;
    this.transport.running = false;
    this.#tell(this.client.send({ type: "pause" }));
  }

  singleStep(): void {
    if (this.status !== "ready" || this.lanes.length === 0) return;
    past.go(null);
    this.transport.running = false;
    this.#takeUpChanges();
    this.#tell(
      this.#restructure(async () => {
        await this.client.send({ type: "step" });
      }),
    );
  }

  /** Steps are taken with what the controls show, also where a change was still waiting for more of its kind. */
  #takeUpChanges(): void {
    this.#configuring.flush();
    for (const lane of this.lanes) this.#settingLoss.get(lane)?.flush();
  }

  reset(): void {
    if (this.status !== "ready") return;
    this.transport.running = false;
    this.changed = null;
    this.#tell(
      this.#restructure(async () => {
        this.#adopt(await this.client.send({ type: "reset" }));
        this.#over();
      }),
    );
  }

  /** Edits the experiment; every lane starts again. `what` names the setting, for the quiet line. */
  change(what: string, edit: (experiment: Experiment) => void): void {
    if (this.draft === null) return;
    this.#own = true;
    edit(this.draft);
    this.#configuring.want(what);
  }

  /** Takes up another experiment, of which only what differs from the defaults need be given. What is wrong with it, or null. */
  async load(experiment: Partial<Experiment>): Promise<string | null> {
    this.#own = true;
    let refused: string | null = null;
    await this.#restructure(async () => {
      try {
        await this.client.send({ type: "pause" });
        const volumes = experiment.network?.dims === 3;
        if (this.#mustMove(volumes)) {
          await this.#startFor(volumes, this.#aside ?? this.backend, JSON.stringify(experiment));
          return;
        }
        this.#adopt(await this.#send(this.client, experiment as Experiment));
        this.draft = structuredClone(this.session?.experiment ?? null);
        this.refused = null;
        this.changed = null;
        this.#over();
      } catch (error) {
        refused = message(error);
      }
    });
    return refused;
  }

  addLane(loss: Loss): void {
    if (this.lanes.length >= MAX_LANES) return;
    this.#own = true;
    this.#tell(
      this.#restructure(async () => {
        const session = await this.client.send({ type: "add_lane", loss });
        const known = new Set(this.lanes.map((lane) => lane.id));
        const added = session.lanes
          .filter((info) => !known.has(info.id))
          .map((info) => new Lane(info, this.#freeSlot()));
        const note = this.step > 0 ? "added" : null;
        for (const lane of added) lane.note = note;
        this.session = session;
        this.lanes = [...this.lanes, ...added];
        this.#redraw();
      }),
    );
  }

  removeLane(lane: Lane): void {
    this.#own = true;
    this.#tell(
      this.#restructure(async () => {
        this.session = await this.client.send({ type: "remove_lane", lane: lane.id });
        this.lanes = this.lanes.filter((other) => other !== lane);
        this.#redraw();
      }),
    );
  }

  setLoss(lane: Lane, loss: Loss): void {
    this.#own = true;
    lane.loss = loss;
    let latest = this.#settingLoss.get(lane);
    if (latest === undefined) {
      latest = new Latest<Loss>((wish) => this.#setLoss(lane, wish), CHANGE_DELAY_MS);
      this.#settingLoss.set(lane, latest);
    }
    latest.want(loss);
  }

  /** Shows the image at `position` among the validation images, round and round; of another volume the best slice. */
  show(position: number): void {
    const count = this.validation.length;
    const image = count === 0 ? 0 : (position + count) % count;
    const slice = image === this.image ? this.look.slice : null;
    this.image = image;
    this.lookAt({ slice });
  }

  /** A lane's network as a safetensors file; null where the engine could not give it, which is said. */
  async weights(lane: Lane): Promise<Uint8Array<ArrayBuffer> | null> {
    try {
      return await this.client.send({ type: "weights", lane: lane.id });
    } catch (error) {
      this.fault ??= { message: message(error), fatal: false, english: true };
      return null;
    }
  }

  /** Looks at the pictures in another way. */
  lookAt(change: Partial<Look>): void {
    const sample = this.validation[this.image];
    if (sample === undefined || this.session === null) return;
    this.look = fitting({ ...this.look, ...change }, this.session.dataset);
    if (this.status === "ready") {
      this.#tell(this.client.send({ type: "view", view: { image: sample.index, ...this.look } }));
    }
  }

  /** The experiment to go on with: the one at hand, unless its images are gone. */
  #experimentFor(ready: Ready): Experiment {
    if (this.draft === null) return ready.experiment;
    const experiment = { ...$state.snapshot(this.draft), losses: this.lanes.map((lane) => lane.loss) };
    if (experiment.data.source !== "imported" || sets.find(experiment.data.id) !== undefined) return experiment;
    this.changed = t("training.changed.deleted");
    return drawn(experiment, ready);
  }

  /** An address may be mistyped or of another version: the page says so, and opens on its own experiment. */
  async #firstSession(client: EngineClient, ready: Ready, asked: string | null): Promise<SessionInfo> {
    if (asked !== null) {
      try {
        return await this.#send(client, JSON.parse(asked) as Experiment);
      } catch (error) {
        this.fault = { message: t("training.trouble.address", { reason: message(error) }), fatal: false };
      }
    }
    const experiment = this.#experimentFor(ready);
    try {
      return await this.#send(client, experiment);
    } catch (error) {
      if (experiment.data.source !== "imported") throw error;
      this.fault = { message: t("training.trouble.imported", { reason: message(error) }), fatal: false };
      return this.#send(client, drawn(experiment, ready));
    }
  }

  /** Configures an experiment, with its images. */
  async #send(client: EngineClient, experiment: Experiment): Promise<SessionInfo> {
    // What came with an address may lack anything.
    const data = experiment.data as Experiment["data"] | undefined;
    await this.#handIn(client, data?.source === "imported" ? data.id : null);
    return client.send({ type: "configure", experiment });
  }

  async #resume(client: EngineClient, { checkpoint, dataset, transport }: RunRecord): Promise<SessionInfo> {
    await this.#handIn(client, dataset);
    const { goal, running } = transport;
    return client.send({ type: "resume", checkpoint, goal, running });
  }

  /** Sees to it that an engine has an imported set, and no other. If there is none, the engine will say so. */
  async #handIn(client: EngineClient, id: string | null): Promise<void> {
    const held = this.#handedIn.get(client) ?? null;
    if (held === id) return;
    const bytes = id === null ? null : await sets.bytes(id);
    if (held !== null) {
      this.#handedIn.delete(client);
      await client.send({ type: "remove_dataset", id: held });
    }
    if (id === null || bytes === null) return;
    await client.send({ type: "add_dataset", id, bytes }, [bytes]);
    this.#handedIn.set(client, id);
  }

  async #tryResume(client: EngineClient, record: RunRecord): Promise<SessionInfo | null> {
    try {
      return await this.#resume(client, record);
    } catch (error) {
      this.fault = {
        message: t("training.trouble.resume", { time: timeOf(record), reason: message(error) }),
        fatal: false,
      };
      return null;
    }
  }

  /** Takes over a run that was kept: lanes, charts, numbers and pictures as they were. */
  #restore(session: SessionInfo, record: RunRecord): void {
    this.session = session;
    this.lanes = session.lanes.map((info, index) => {
      const kept = record.lanes.find(({ id }) => id === info.id);
      return kept === undefined ? new Lane(info, index) : Lane.restored(info, kept);
    });
    this.rate = null;
    this.refused = null;
    this.changed = null;
    this.keeper.kept = record;
    this.#own = record.own;
    this.look = record.look;
    this.image = record.image;
    this.lookAt({});
    const same = this.ready === null || this.ready.info.backend === record.backend;
    this.resumed = t(same ? "training.kept.wentOn" : "training.kept.wentOnElsewhere", {
      time: timeOf(record),
      step: record.step,
    });
    this.#redraw();
  }

  /** What was kept belongs to a run that is over. An earlier visit's that waits for an answer goes on waiting. */
  #over(): void {
    this.resumed = null;
    if (this.keeper.kept !== null) void this.keeper.forget();
  }

  /** The run as it is, with the engine's checkpoint of it. */
  #record(checkpoint: ArrayBuffer): RunRecord | null {
    if (this.session === null || this.ready === null) return null;
    const { data } = this.session.experiment;
    return {
      version: RECORD_VERSION,
      tab: this.keeper.tab,
      query: this.keeper.query,
      own: this.#own,
      savedAt: Date.now(),
      backend: this.ready.info.backend,
      dataset: data.source === "imported" ? data.id : null,
      volumes: this.session.experiment.network.dims === 3,
      checkpoint,
      transport: $state.snapshot(this.transport),
      step: this.step,
      image: this.image,
      look: this.look,
      lanes: this.lanes.map((lane) => lane.toRecord()),
    };
  }

  /** This engine can go on no more: if little is lost, and not again and again, the page starts another by itself. */
  #broke(why: string, device: boolean): void {
    if (device) this.#devicesLost += 1;
    // The engine may first have said that it could not go on, which ends training.
    this.#wasRunning = this.transport.running || (this.fault !== null && this.#wasRunning);
    const kept = this.keeper.kept;
    const now = Date.now();
    const fresh = kept !== null && now - kept.savedAt < FRESH_MS;
    if (fresh && (this.#restartedAt === null || now - this.#restartedAt >= HEALTHY_MS)) {
      this.#restartedAt = now;
      void this.goOn(why);
    } else {
      this.fault = { message: why, fatal: true };
      this.transport.running = false;
    }
  }

  async #configure(what: string): Promise<void> {
    await this.#restructure(async () => {
      if (this.draft === null) return;
      const experiment = { ...$state.snapshot(this.draft), losses: this.lanes.map((lane) => lane.loss) };
      const volumes = experiment.network.dims === 3;
      if (this.#mustMove(volumes)) {
        await this.#startFor(volumes, this.#aside ?? this.backend);
        const onGpu = this.ready?.info.backend === "webgpu";
        this.changed = volumes
          ? t("training.changed.volumes")
          : t(onGpu ? "training.changed.onGpu" : "training.changed.anew", { what });
        return;
      }
      try {
        if (this.step > 0 && this.session !== null && onlyProportions(this.session.experiment, experiment)) {
          this.#takeData(await this.client.send({ type: "set_data", data: experiment.data }));
          this.refused = null;
          this.changed = t("training.changed.data", { what });
          return;
        }
        this.#adopt(await this.#send(this.client, experiment));
        this.refused = null;
        this.#over();
        this.changed = t("training.changed.anew", { what });
      } catch (error) {
        this.refused = message(error);
      }
      // Back to what the engine really runs, unless the next change is already on its way.
      if (!this.#configuring.overtaken && this.session !== null) this.draft = structuredClone(this.session.experiment);
    });
  }

  async #setLoss(lane: Lane, loss: Loss): Promise<void> {
    await this.#restructure(async () => {
      if (!this.lanes.includes(lane)) return;
      const hadSteps = lane.step > 0;
      try {
        const session = await this.client.send({ type: "set_loss", lane: lane.id, loss });
        this.session = session;
        const info = session.lanes.find(({ id }) => id === lane.id);
        if (info !== undefined) lane.restart(info, hadSteps ? "restarted" : lane.note);
        this.#redraw();
      } catch (error) {
        lane.problem = message(error);
        lane.loss = this.session?.lanes.find(({ id }) => id === lane.id)?.loss ?? lane.loss;
      }
    });
  }

  /** Takes over other images for the same lanes. */
  #takeData(session: SessionInfo): void {
    this.session = session;
    this.draft = structuredClone(session.experiment);
    this.show(middling(this.validation));
  }

  /** Takes over a session in which every lane is at step 0. */
  #adopt(session: SessionInfo): void {
    const images = ({ dataset }: SessionInfo) => JSON.stringify([dataset.name, dataset.samples]);
    const sameImages = this.session !== null && images(this.session) === images(session);
    this.session = session;
    this.lanes = session.lanes.map((info, index) => {
      const lane = this.lanes[index];
      if (lane === undefined) return new Lane(info, index);
      lane.restart(info, null);
      return lane;
    });
    this.rate = null;
    this.show(sameImages ? this.image : middling(this.validation));
    this.#redraw();
  }

  /** Changes of the lanes one after the other, since each needs the lane ids that the last one left. */
  #restructure(action: () => Promise<void>): Promise<void> {
    const turn = this.#structure.then(action);
    this.#structure = turn.catch(() => undefined);
    return turn;
  }

  #freeSlot(): number {
    const taken = new Set(this.lanes.map((lane) => lane.slot));
    return [...Array(MAX_LANES).keys()].find((slot) => !taken.has(slot)) ?? 0;
  }

  #tell(sent: Promise<unknown>): void {
    const client = this.#client;
    sent.catch((error: unknown) => {
      if (this.#client !== client) return; // the engine was started anew, which says more
      this.fault ??= { message: message(error), fatal: false, english: true };
    });
  }

  #notice(notice: Notice): void {
    switch (notice.type) {
      case "transport":
        this.transport = { running: notice.running, goal: notice.goal, finished: notice.finished };
        if (!notice.running) this.rate = null;
        break;
      case "reports":
        this.#warm = true;
        this.rate = notice.rate;
        for (const lane of this.lanes) lane.record(notice.reports.filter((report) => report.lane === lane.id));
        this.#redraw();
        break;
      case "snapshots":
        for (const snapshot of notice.snapshots) {
          const lane = this.lanes.find(({ id }) => id === snapshot.lane);
          if (lane !== undefined) lane.snapshot = snapshot;
        }
        pixel.ask();
        break;
      case "evaluations":
        for (const evaluation of notice.evaluations)
          this.lanes.find(({ id }) => id === evaluation.lane)?.evaluate(evaluation);
        this.#redraw();
        break;
      case "past":
        past.take(notice.steps);
        break;
      case "lanes":
        for (const { id, stopped } of notice.lanes) {
          const lane = this.lanes.find((lane) => lane.id === id);
          if (lane !== undefined) lane.stopped = stopped;
        }
        break;
      case "checkpoint": {
        const record = this.#record(notice.checkpoint);
        if (record !== null) this.keeper.keep(record);
        break;
      }
      case "unkept":
        this.keeper.fail(notice.message);
        break;
      case "fault":
        if (notice.fatal) {
          this.#broke(notice.message, notice.device);
        } else {
          this.#wasRunning = this.transport.running;
          this.fault = { message: notice.message, fatal: false, english: notice.saying === null };
          this.transport.running = false;
        }
        break;
    }
  }

  #redraw(): void {
    if (this.#chartTimer !== undefined) return;
    this.#chartTimer = setTimeout(() => {
      this.#chartTimer = undefined;
      this.revision += 1;
    }, CHART_INTERVAL_MS);
  }
}

export const lab = new Lab();
