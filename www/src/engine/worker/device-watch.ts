/**
 * Tells when the graphics device goes away (driver reset, laptop undocked, memory exhausted). The device
 * is made inside the compiled engine, whose pending calls may then never settle; so it is watched where
 * the engine gets it from.
 */
import { say, type Said } from "../sayings";

export function watchDevices(lost: (said: Said) => void): void {
  if (typeof GPUAdapter === "undefined") return;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its adapter below
  const request = GPUAdapter.prototype.requestDevice;
  GPUAdapter.prototype.requestDevice = async function (this: GPUAdapter, descriptor?: GPUDeviceDescriptor) {
    const device = await request.call(this, descriptor);
    void device.lost.then((info) => {
      if (info.reason === "destroyed") return; // the engine itself let go of it
      const detail = info.message;
      lost(detail === "" ? say("deviceLost") : say("deviceLostBecause", { detail }));
    });
    return device;
  };
}
