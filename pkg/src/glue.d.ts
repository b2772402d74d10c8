// What build.js makes of the generated modules.

/** What the page build asks of its host. */
declare module "skonto:page-imports" {
  const imports: WebAssembly.Imports;
  export default imports;
}

/**
 * The whole glue inside a function. The glue keeps its instance in a module variable for ever; called anew, it starts
 * afresh, which is how an engine outlives a trap.
 */
declare module "skonto:edge-glue" {
  export function freshGlue(): typeof import("../wasm/edge/skonto_edge.js");
}

declare module "skonto:page-base64" {
  const base64: string;
  export default base64;
}

declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}
