/** The worker that decodes photos and runs networks on them: one photo and one network's activations at a time. */
import type { ImageValues } from "../../engine/types";
import { said, sentence } from "../../engine/worker/said";
import { reading } from "../../import/reading";
import { Failure } from "../../engine/sayings";
import type { Chosen } from "../../lib/files";
import { archiveOf } from "../lib/archives";
import {
  type Asks,
  type Command,
  type Event,
  type Opened,
  PROTOCOL_VERSION,
  type Request,
  type Result,
} from "./protocol";
import {
  loadNets,
  loadPhotos,
  type Net,
  type NetModule,
  type OpenPhoto,
  type PhotoModule,
  type Predicted,
} from "./wasm";

/** Photos are shown with no more pixels: enough for a large screen, little enough to be drawn at once. */
const SHOWN_PIXELS = 1_500_000;
/** The longer side of what is shown, for each pixel that an outline is wide. */
const SIDE_FOR_A_PIXEL = 480;

let loading: Promise<[NetModule, PhotoModule]> | null = null;
const nets = new Map<number, Net>();
/** What each network made of the open photo. */
const predictions = new Map<number, Predicted>();
let open: { photo: OpenPhoto; width: number; height: number; labels: Map<number, Shown> } | null = null;

/** A mask in the photo's own size, and in that of its picture. */
interface Shown {
  whole: Uint8Array<ArrayBuffer>;
  small: Uint8Array<ArrayBuffer>;
}

const post = (event: Event, transfer: Transferable[] = []): void => self.postMessage(event, { transfer });

function close(): void {
  for (const prediction of predictions.values()) prediction.free();
  predictions.clear();
  open?.photo.free();
  open = null;
}

function current(): NonNullable<typeof open> {
  if (open === null) throw new Failure("noPhoto");
  return open;
}

/** Of a file, or of one in an archive. */
async function bytesOf(photos: PhotoModule, chosen: Chosen): Promise<Uint8Array> {
  const { path, file } = chosen;
  const archive = archiveOf(chosen);
  if (archive !== null) return withFiles(photos, [{ path: archive, file }], (files) => files.bytes(path));
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    throw new Failure("unreadFile", { path });
  }
}

function opened(photo: OpenPhoto): Opened {
  const { width, height, rgba } = photo.shown(SHOWN_PIXELS);
  open = { photo, width, height, labels: new Map() };
  return {
    width: photo.width(),
    height: photo.height(),
    colour: photo.colour(),
    masked: photo.masked(),
    shown: { width, height, rgba: new Uint8ClampedArray(rgba.buffer) },
  };
}

/** The mask for networks of so many classes. */
function labels(classes: number): Shown | null {
  const { photo, width, height, labels } = current();
  if (!photo.masked()) return null;
  const known = labels.get(classes);
  if (known !== undefined) return known;
  const whole = photo.labels(classes);
  if (whole === undefined) return null;
  const shown = { whole, small: shrunk(whole, photo.width(), photo.height(), width, height) };
  labels.set(classes, shown);
  return shown;
}

/** Labels as they lie under the pixels of a smaller picture, to be drawn only. */
function shrunk(
  labels: Uint8Array<ArrayBuffer>,
  fromWidth: number,
  fromHeight: number,
  width: number,
  height: number,
): Uint8Array<ArrayBuffer> {
  if (width === fromWidth && height === fromHeight) return labels;
  const small = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    const row = Math.floor(((y + 0.5) * fromHeight) / height) * fromWidth;
    for (let x = 0; x < width; x += 1) {
      small[y * width + x] = labels[row + Math.floor(((x + 0.5) * fromWidth) / width)] ?? 0;
    }
  }
  return small;
}

const thickness = () => Math.max(1, Math.round(Math.max(current().width, current().height) / SIDE_FOR_A_PIXEL));

/** What a network makes of the open photo, and how many classes it knows. */
async function run(net: number): Promise<{ prediction: Predicted; classes: number }> {
  const { photo } = current();
  const network = nets.get(net);
  if (network === undefined) throw new Failure("networkRemoved");
  const { channels, classes, height, width } = network.info();
  const prediction = await network.predict(photo.values(channels, height, width));
  predictions.get(net)?.free();
  predictions.set(net, prediction);
  return { prediction, classes: classes.length };
}

async function measure({ net, name }: Asks<"measure">): Promise<ImageValues | null> {
  const { photo } = current();
  const { prediction, classes } = await run(net);
  const truth = labels(classes);
  return truth && prediction.measure(name, truth.whole, photo.height(), photo.width());
}

async function predict({ net, name }: Asks<"predict">): Promise<Result> {
  const { photo, width, height } = current();
  const { prediction, classes } = await run(net);
  const truth = labels(classes);
  return {
    outlines: prediction.draw_outlines(height, width, thickness()),
    probability: prediction.draw_probability(height, width),
    errors: truth && prediction.draw_errors(truth.small, height, width),
    values: truth && prediction.measure(name, truth.whole, photo.height(), photo.width()),
  };
}

function predicted(net: number): Predicted {
  const prediction = predictions.get(net);
  if (prediction === undefined) throw new Failure("notApplied");
  return prediction;
}

/** Does something with files of an import that goes no further. Nothing is decoded for it. */
function withFiles<T>(
  photos: PhotoModule,
  chosen: Chosen[],
  action: (files: InstanceType<PhotoModule["Import"]>) => T,
): T {
  const files = new photos.Import();
  try {
    files.begin({ size: 64, fit: "resize" });
    for (const { path, file } of chosen) files.offer(path, file.size, reading(file));
    return action(files);
  } finally {
    files.free();
  }
}

async function execute(command: Command): Promise<unknown> {
  if (command.type === "start" && command.version !== PROTOCOL_VERSION) {
    throw new Failure("versions");
  }
  const [module, photos] = await (loading ??= Promise.all([loadNets(), loadPhotos()]));
  switch (command.type) {
    case "start":
      return module.metric_catalogue();
    case "add_net": {
      const net = new module.Net(new Uint8Array(await command.file.arrayBuffer()));
      nets.get(command.net)?.free();
      nets.set(command.net, net);
      return net.info();
    }
    case "remove_net": {
      for (const held of [nets, predictions]) {
        held.get(command.net)?.free();
        held.delete(command.net);
      }
      return;
    }
    case "pair":
      return withFiles(photos, command.files, (files) => files.pair());
    case "open": {
      close();
      const { image, masks } = command;
      const bytes = await bytesOf(photos, image);
      const masked = await Promise.all(masks.map((mask) => bytesOf(photos, mask)));
      const paths = masks.map(({ path }) => path);
      return opened(new photos.OpenPhoto(image.path, bytes, paths, masked));
    }
    case "open_sample": {
      close();
      const { name, channels, height, width, values, labels } = command.sample;
      return opened(photos.OpenPhoto.from_sample(name, channels, height, width, values, labels));
    }
    case "truth": {
      const { width, height } = current();
      const truth = labels(command.classes);
      return truth && module.draw_truth(truth.small, height, width, thickness());
    }
    case "predict":
      return predict(command);
    case "measure":
      return measure(command);
    case "describe":
      return module.describe_images(command.images);
    case "mask":
    case "probability": {
      const { photo } = current();
      const [width, height] = [photo.width(), photo.height()];
      const prediction = predicted(command.net);
      const greys = command.type === "mask" ? prediction.mask(height, width) : prediction.probability(height, width);
      return photos.encode_grey_png(width, height, greys);
    }
  }
}

/** The memory of pictures goes over to the page. */
function transferable(value: unknown): ArrayBuffer[] {
  if (value instanceof Uint8Array || value instanceof Uint8ClampedArray) {
    return value.buffer instanceof ArrayBuffer ? [value.buffer] : [];
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return Object.values(value as Record<string, unknown>).flatMap(transferable);
}

/** A trap inside WebAssembly, mostly because memory has run out, leaves it in an unknown state. */
function fault(error: unknown): void {
  post({ type: "fault", words: sentence(error) });
}

self.addEventListener("error", (event) => {
  event.preventDefault();
  fault(event.error);
});
self.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  fault(event.reason);
});

let turn: Promise<void> = Promise.resolve();

async function answer({ id, command }: Request): Promise<void> {
  try {
    const value = await execute(command);
    post({ type: "reply", id, value }, transferable(value));
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) fault(error);
    post({ type: "failure", id, ...said(error) });
  }
}

// One behind the other: there is one open photo.
self.onmessage = ({ data }: MessageEvent<Request>) => {
  turn = turn.then(() => answer(data));
};
