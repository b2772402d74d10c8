// No wasm of its own: the caller passes it as `wasm`.
import { type CreateSkonto, creator } from "../create.js";
import { SkontoError } from "../errors.js";

export * from "../index.js";
export const createSkonto: CreateSkonto = creator(() => {
  throw new SkontoError("WASM_MISSING", "skonto/slim needs the option `wasm`, for example from skonto/skonto.wasm");
});
