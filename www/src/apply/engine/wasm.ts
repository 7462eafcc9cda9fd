/** The boundary to the two compiled packages that are used here, typed: what runs networks, and what decodes images. */
import type {
  ImageValues,
  ImportOptions,
  MetricDescription,
  MetricInfo,
  NetInfo,
  Pairing,
  Picture,
} from "../../engine/types";

/** What a network makes of an image. Must be freed. */
export interface Predicted {
  mask(height: number, width: number): Uint8Array<ArrayBuffer>;
  probability(height: number, width: number): Uint8Array<ArrayBuffer>;
  draw_outlines(height: number, width: number, thickness: number): Picture;
  draw_probability(height: number, width: number): Picture;
  draw_errors(labels: Uint8Array, height: number, width: number): Picture;
  measure(image: string, labels: Uint8Array, height: number, width: number): ImageValues;
  free(): void;
}

/** A network. Must be freed. */
export interface Net {
  info(): NetInfo;
  predict(values: Float32Array): Promise<Predicted>;
  free(): void;
}

export interface NetModule {
  default: () => Promise<unknown>;
  Net: new (bytes: Uint8Array) => Net;
  draw_truth(labels: Uint8Array, height: number, width: number, thickness: number): Picture;
  metric_catalogue(): MetricInfo[];
  describe_images(images: ImageValues[]): MetricDescription[];
}

/** A decoded image. Must be freed. */
export interface OpenPhoto {
  width(): number;
  height(): number;
  colour(): boolean;
  masked(): boolean;
  values(channels: number, height: number, width: number): Float32Array;
  labels(classes: number): Uint8Array<ArrayBuffer> | undefined;
  shown(pixels: number): { width: number; height: number; rgba: Uint8Array<ArrayBuffer> };
  free(): void;
}

export interface PhotoModule {
  default: () => Promise<unknown>;
  OpenPhoto: {
    new (path: string, bytes: Uint8Array, maskPaths: string[], masks: Uint8Array[]): OpenPhoto;
    from_sample(
      name: string,
      channels: number,
      height: number,
      width: number,
      values: Float32Array,
      labels: Uint8Array,
    ): OpenPhoto;
  };
  Import: new () => {
    begin(options: ImportOptions): void;
    offer(path: string, size: number, read: (offset: number, length: number) => Uint8Array): void;
    pair(): Pairing;
    bytes(path: string): Uint8Array;
    free(): void;
  };
  encode_grey_png(width: number, height: number, greys: Uint8Array): Uint8Array<ArrayBuffer>;
}

/** Loads and initialises the package that also trains on the CPU. */
export async function loadNets(): Promise<NetModule> {
  // The packages' own declarations say `any`, and are absent until they have been built.
  const module = (await import("../../../pkg/cpu/losscope_web.js")) as unknown as NetModule;
  await module.default();
  return module;
}

/** Loads and initialises the package that decodes. */
export async function loadPhotos(): Promise<PhotoModule> {
  const module = (await import("../../../pkg/import/losscope_web_import.js")) as unknown as PhotoModule;
  await module.default();
  return module;
}
