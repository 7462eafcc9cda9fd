/** uPlot charts of all lanes over steps, in the page's own type and colours. */
import uPlot from "uplot";
import { laneDash, laneMarker } from "./lane-style";

export interface ChartLine {
  slot: number;
  name: string;
  values: (number | null)[];
}

export interface ChartData {
  steps: number[];
  lines: ChartLine[];
}

export interface ChartOptions {
  width: number;
  height: number;
  log: boolean;
  /** Fixed ends of the y axis, where it has natural ones. */
  range: [number, number] | null;
  /** The end of the step axis, at least. */
  goal: () => number;
  /** Labels of the y axis. */
  tick: (value: number) => string;
  /** The step under the cursor's index, or null when it leaves. */
  pointed: (index: number | null) => void;
  /** The step that the page looks back at, which a line marks. */
  moment: () => number | null;
  /** A step was chosen. */
  chosen: (step: number) => void;
}

/** Draws each lane's marker along its line, so that lines differ in more than colour. */
const MARKERS_PER_LINE = 8;

// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- its enum exists only for the compiler
const LOGARITHMIC: uPlot.Scale.Distr = 3;

/** The y axis where nothing fixes it; with ends of its own while there is nothing to draw. */
function scaleOf(log: boolean): uPlot.Scale {
  if (log) {
    return {
      distr: LOGARITHMIC,
      range: (_, low, high) => ((low as number | null) === null ? [0.01, 1] : uPlot.rangeLog(low, high, 10, true)),
    };
  }
  const end = { pad: 0.1, soft: 0, mode: 1 } as const;
  return {
    range: (_, low, high) =>
      (low as number | null) === null ? [0, 1] : uPlot.rangeNum(low, high, { min: end, max: end }),
  };
}

const token = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function markers(lines: ChartLine[]): uPlot.Plugin {
  const shapes = lines.map(({ slot }) => new Path2D(laneMarker(slot)));
  const drawMarkers = (plot: uPlot, index: number) => {
    const line = lines[index - 1];
    const shape = shapes[index - 1];
    const values = plot.data[index];
    if (index === 0 || line === undefined || shape === undefined || values === undefined) return;
    const there = [...values.keys()].filter((at) => values[at] != null);
    const every = Math.max(1, Math.ceil(there.length / MARKERS_PER_LINE));
    const { ctx } = plot;
    const ratio = uPlot.pxRatio;
    ctx.save();
    ctx.fillStyle = token(`--lane-${line.slot + 1}`);
    for (const at of there.filter((_, order) => (there.length - 1 - order) % every === 0)) {
      const x = plot.valToPos(plot.data[0][at] ?? 0, "x", true);
      const y = plot.valToPos(values[at] ?? 0, "y", true);
      ctx.save();
      ctx.translate(x - 4.5 * ratio, y - 4.5 * ratio);
      ctx.scale(0.75 * ratio, 0.75 * ratio);
      ctx.fill(shape);
      ctx.restore();
    }
    ctx.restore();
  };
  return { hooks: { drawSeries: drawMarkers } };
}

/** A line at the step that is looked back at; a press chooses another. */
function moments(moment: () => number | null, chosen: (step: number) => void): uPlot.Plugin {
  const drawMoment = (plot: uPlot) => {
    const step = moment();
    if (step === null) return;
    const { ctx, bbox } = plot;
    const x = Math.round(plot.valToPos(step, "x", true));
    ctx.save();
    ctx.strokeStyle = token("--accent");
    ctx.lineWidth = 1.5 * uPlot.pxRatio;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.restore();
  };
  const listen = (plot: uPlot) => {
    plot.over.style.cursor = "pointer";
    plot.over.addEventListener("click", () => {
      const step = plot.data[0][plot.cursor.idx ?? -1];
      if (step !== undefined) chosen(step);
    });
  };
  return { hooks: { draw: drawMoment, ready: listen } };
}

function axis(format: ((value: number) => string) | null): uPlot.Axis {
  const line = { stroke: token("--line"), width: 1 };
  return {
    stroke: token("--ink-2"),
    font: `12px ${token("--sans")}`,
    grid: line,
    ticks: { show: false },
    gap: 6,
    ...(format === null ? { size: 28 } : { size: 52, values: (_, values) => values.map(format) }),
  };
}

export function createChart(target: HTMLElement, lines: ChartLine[], options: ChartOptions): uPlot {
  const { width, height, log, range, goal, tick, pointed, moment, chosen } = options;
  return new uPlot(
    {
      width,
      height,
      legend: { show: false },
      padding: [8, 12, 0, 0],
      scales: {
        x: { time: false, range: (_, __, last) => [0, Math.max(goal(), last, 1)] },
        y: range === null ? scaleOf(log) : { range },
      },
      axes: [axis(null), axis(tick)],
      series: [
        {},
        ...lines.map(({ slot, name }) => ({
          label: name,
          stroke: token(`--lane-${slot + 1}`),
          width: 1.75,
          dash: laneDash(slot),
          spanGaps: true,
          points: { show: false },
        })),
      ],
      cursor: {
        y: false,
        points: { size: 8 },
        drag: { x: false, y: false },
        sync: { key: "steps", scales: ["x", null] },
      },
      plugins: [markers(lines), moments(moment, chosen)],
      hooks: { setCursor: [(plot) => pointed(plot.cursor.idx ?? null)] },
    },
    [[], ...lines.map(() => [])],
    target,
  );
}

export function setChartData(plot: uPlot, { steps, lines }: ChartData, log: boolean): void {
  // A logarithmic axis has no place for zero and below, which some losses reach.
  const shown = lines.map(({ values }) =>
    log ? values.map((value) => (value !== null && value > 0 ? value : null)) : values,
  );
  plot.setData([steps, ...shown]);
}
