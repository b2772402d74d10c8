// No wasm of its own: the caller passes it as `wasm`.
import { type CreateEdge, edgeCreator } from "../edge.js";
import { SkontoError } from "../errors.js";

export * from "../edge_index.js";
export const createEdge: CreateEdge = edgeCreator(() => {
  throw new SkontoError("WASM_MISSING", "skonto/edge/slim needs the option `wasm`, for example from skonto/edge.wasm");
});
