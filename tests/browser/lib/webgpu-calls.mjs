// Counts of what a page asks of WebGPU, whoever asks for it.

/** In the page or a worker, before a device is made: `globalThis.calls` counts from then on. */
export function countCalls() {
  const calls = { dispatches: 0, submits: 0, buffers: 0, bytes: 0, reads: 0 };
  const wrap = (prototype, method, count) => {
    const original = prototype[method];
    prototype[method] = function (...given) {
      count(...given);
      return original.apply(this, given);
    };
  };
  wrap(GPUComputePassEncoder.prototype, "dispatchWorkgroups", () => (calls.dispatches += 1));
  wrap(GPUComputePassEncoder.prototype, "dispatchWorkgroupsIndirect", () => (calls.dispatches += 1));
  wrap(GPUQueue.prototype, "submit", () => (calls.submits += 1));
  wrap(GPUBuffer.prototype, "mapAsync", () => (calls.reads += 1));
  wrap(GPUDevice.prototype, "createBuffer", ({ size }) => {
    calls.buffers += 1;
    calls.bytes += size;
  });
  globalThis.calls = calls;
}
