/** Stages of the network, for an axis with less room than it has layers. */
export interface Stage {
  name: string;
  /** Positions of its first and last layer. */
  first: number;
  last: number;
}

/** `encoder.0.first` and `encoder.0.second` are the stage "encoder 1". */
export function stages(layers: string[]): Stage[] {
  const all: Stage[] = [];
  for (const [index, layer] of layers.entries()) {
    const name = stageOf(layer);
    const stage = all.at(-1);
    if (stage?.name === name) stage.last = index;
    else all.push({ name, first: index, last: index });
  }
  return all;
}

function stageOf(layer: string): string {
  const parts = layer.split(".");
  if (parts.length > 1 && Number.isNaN(Number(parts.at(-1)))) parts.pop();
  // People count from one.
  return parts.map((part) => (/^\d+$/.test(part) ? String(Number(part) + 1) : part)).join(" ");
}
