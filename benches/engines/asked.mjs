// What every engine is asked; benches/engines.rs asks the native one the same.

/** Cases of each of the two models, a hash for each chunk. */
export const ASKED = { from: 0, to: 500_000, chunk: 10_000 };

/** What an engine is given, in the repository. */
export const FILES = { grocery: "out/model.skonto", forest: "out/generated/forest.skonto", recorded: "out/parity/cases.bin" };

/** The build that shoppers get. */
export const BUILD = "pkg/wasm/page";
