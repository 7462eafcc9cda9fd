/** The bench's worker: takes commands as they come, and lets others in while a long one is under way. */
import { sentence } from "../../engine/worker/said";
import { breathe } from "../../engine/worker/queue";
import type { Asks, Command, Event, Gives, Request } from "./protocol";
import { PROTOCOL_VERSION } from "./protocol";
import type { Surface } from "./types";
import { loadBench, type Formulas, type LossBench } from "./wasm";

let loading: Promise<{ bench: LossBench; formulas: Formulas }> | null = null;

const post = (event: Event): void => self.postMessage(event);

async function surface(bench: LossBench, { loss, fraction, cells }: Asks<"surface">): Promise<Surface> {
  const whole: Surface = {
    cells,
    value: new Float64Array(cells * cells),
    false_positive: new Float64Array(cells * cells),
    false_negative: new Float64Array(cells * cells),
  };
  for (let row = 0; row < cells; row += 1) {
    const part = await bench.surface_row(loss, fraction, cells, row);
    whole.value.set(part.value, row * cells);
    whole.false_positive.set(part.false_positive, row * cells);
    whole.false_negative.set(part.false_negative, row * cells);
    await breathe();
  }
  return whole;
}

async function evaluate(bench: LossBench, asked: Asks<"evaluate">): Promise<Gives<"evaluate">> {
  const { losses, side, probabilities, labels, sharedScale } = asked;
  const verdicts = await bench.evaluate(losses, side, side, probabilities, labels);
  const shared = Math.max(0, ...verdicts.losses.map(({ largest }) => largest));
  const pictures = verdicts.losses.map(({ gradient, largest }) =>
    bench.gradient_picture(side, side, gradient, sharedScale ? shared : largest),
  );
  return { verdicts, pictures };
}

function problem(check: () => void): string | null {
  try {
    check();
    return null;
  } catch (error) {
    return sentence(error);
  }
}

async function execute(command: Command): Promise<unknown> {
  if (command.type === "start" && command.version !== PROTOCOL_VERSION) {
    throw new Error("The page and its bench are of different versions. Reload the page to get both anew.");
  }
  const { bench, formulas } = await (loading ??= loadBench());
  switch (command.type) {
    case "start":
      return {
        catalogue: bench.catalogue(),
        formula: formulas.formula_example(),
        formulaWords: formulas.formula_words(),
      };
    case "check":
      return command.losses.map((loss) => problem(() => bench.check(loss)));
    case "inspect":
      return formulas.inspect_formula(command.text);
    case "axis":
      return bench.axis(command.axis);
    case "curves": {
      const background = await bench.pixel_curve(command.loss, command.axis, 0);
      await breathe();
      return [background, await bench.pixel_curve(command.loss, command.axis, 1)];
    }
    case "disc":
      return bench.disc(command.fraction);
    case "surface":
      return surface(bench, command);
    case "points": {
      const { losses, fraction, falsePositive, falseNegative } = command;
      return Promise.all(losses.map((loss) => bench.surface_point(loss, fraction, falsePositive, falseNegative)));
    }
    case "unified":
      return bench.unified_curves(command.unified, command.fraction);
    case "identity":
      return bench.unified_identity(command.unified, command.probabilities, command.labels);
    case "scene":
      return bench.scene(command.truth, command.guess);
    case "evaluate":
      return evaluate(bench, command);
  }
}

/** A trap inside WebAssembly leaves its memory in an unknown state: that bench must not be used again. */
function fault(error: unknown): void {
  post({ type: "fault", reason: sentence(error) });
}

self.addEventListener("error", (event) => {
  event.preventDefault();
  fault(event.error);
});
self.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  fault(event.reason);
});
self.onmessage = ({ data: { id, command } }: MessageEvent<Request>) => {
  void execute(command).then(
    (value) => post({ type: "reply", id, value }),
    (error: unknown) => {
      if (error instanceof WebAssembly.RuntimeError) fault(error);
      post({ type: "failure", id, message: sentence(error) });
    },
  );
};
