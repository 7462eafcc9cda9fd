/** Stands in for the declarations of the WebAssembly packages where they have not been built yet. */
declare module "*/losscope_web.js";
declare module "*/losscope_web_import.js";
