/** Counts what the page asks of WebGPU, whoever asks, by wrapping the browser's own methods. */

/** Calls of WebGPU during one step. */
export interface GpuCounts {
  dispatches: number;
  submits: number;
  buffers: number;
  pipelines: number;
}

const total: GpuCounts = { dispatches: 0, submits: 0, buffers: 0, pipelines: 0 };

/** Starts counting, once and for good; does nothing in a browser without WebGPU. */
export function countGpuCalls(): void {
  if (!("gpu" in navigator)) return;
  wrap(GPUComputePassEncoder.prototype, "dispatchWorkgroups", "dispatches");
  wrap(GPUComputePassEncoder.prototype, "dispatchWorkgroupsIndirect", "dispatches");
  wrap(GPUQueue.prototype, "submit", "submits");
  wrap(GPUDevice.prototype, "createBuffer", "buffers");
  wrap(GPUDevice.prototype, "createComputePipeline", "pipelines");
  wrap(GPUDevice.prototype, "createComputePipelineAsync", "pipelines");
}

/** What has been counted since `before`, or since the page was loaded. */
export function gpuCountsSince(before?: GpuCounts): GpuCounts {
  return {
    dispatches: total.dispatches - (before?.dispatches ?? 0),
    submits: total.submits - (before?.submits ?? 0),
    buffers: total.buffers - (before?.buffers ?? 0),
    pipelines: total.pipelines - (before?.pipelines ?? 0),
  };
}

function wrap(prototype: object, method: string, key: keyof GpuCounts): void {
  const original: unknown = Reflect.get(prototype, method);
  if (typeof original !== "function") return;
  Reflect.set(prototype, method, function (this: unknown, ...rest: unknown[]): unknown {
    total[key]++;
    const returned: unknown = Reflect.apply(original, this, rest);
    return returned;
  });
}
