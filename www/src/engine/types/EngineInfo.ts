export type EngineInfo = {
  backend: "webgpu" | "cpu";
  adapter: string;
  software: boolean;
  note: string | null;
  version: string;
};
