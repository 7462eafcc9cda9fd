/** How to get WebGPU in the browser at hand. */
export interface Advice {
  browser: string;
  steps: string[];
}

export function webgpuAdvice(userAgent: string): Advice {
  if (/iPhone|iPad/.test(userAgent)) {
    return { browser: "Safari on iOS", steps: ["Update to iOS 26 or later: WebGPU is on there."] };
  }
  if (userAgent.includes("Firefox/")) {
    return {
      browser: "Firefox",
      steps: [
        "On Windows and on Macs with Apple silicon, update Firefox: recent versions have WebGPU on.",
        "On other systems, open about:config and set dom.webgpu.enabled to true, then reload this page.",
      ],
    };
  }
  if (/Chrome\/|Chromium\//.test(userAgent)) {
    const edge = userAgent.includes("Edg/");
    const scheme = edge ? "edge" : "chrome";
    const linux = userAgent.includes("Linux") && !userAgent.includes("Android");
    return {
      browser: edge ? "Edge" : "Chrome",
      steps: [
        `Open ${scheme}://settings/system and switch on graphics acceleration, then restart the browser.`,
        ...(linux ? [`On Linux, also switch on ${scheme}://flags/#enable-unsafe-webgpu and #enable-vulkan.`] : []),
        `Look at ${scheme}://gpu: it says whether WebGPU is there, and if not, why.`,
      ],
    };
  }
  if (userAgent.includes("Safari/")) {
    return {
      browser: "Safari",
      steps: ["Update to macOS 26 with Safari 26 or later: WebGPU is on there."],
    };
  }
  return { browser: "this browser", steps: ["Current versions of Chrome, Edge, Firefox and Safari have WebGPU."] };
}
