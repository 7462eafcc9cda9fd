/** Stands in for the declarations of the WebAssembly package where it has not been built yet. */
declare module "*/pkg/losscope_web.js";
