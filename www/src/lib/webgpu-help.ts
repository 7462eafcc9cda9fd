/** How to get WebGPU in the browser at hand. */
import { t } from "../i18n/messages";

export interface Advice {
  browser: string;
  steps: string[];
}

export function webgpuAdvice(userAgent: string): Advice {
  if (/iPhone|iPad/.test(userAgent)) {
    return { browser: t("training.webgpu.safariIos"), steps: [t("training.webgpu.updateIos")] };
  }
  if (userAgent.includes("Firefox/")) {
    return {
      browser: "Firefox",
      steps: [t("training.webgpu.updateFirefox"), t("training.webgpu.configureFirefox")],
    };
  }
  if (/Chrome\/|Chromium\//.test(userAgent)) {
    const edge = userAgent.includes("Edg/");
    const scheme = edge ? "edge" : "chrome";
    const linux = userAgent.includes("Linux") && !userAgent.includes("Android");
    return {
      browser: edge ? "Edge" : "Chrome",
      steps: [
        t("training.webgpu.acceleration", { scheme }),
        ...(linux ? [t("training.webgpu.linux", { scheme })] : []),
        t("training.webgpu.look", { scheme }),
      ],
    };
  }
  if (userAgent.includes("Safari/")) {
    return {
      browser: "Safari",
      steps: [t("training.webgpu.updateMac")],
    };
  }
  return { browser: t("training.webgpu.thisBrowser"), steps: [t("training.webgpu.current")] };
}
