// No wasm of its own: the caller passes the build that prices carts as `wasm`.
import { CartAdvisor } from "../cart.js";
import { type CreateSkonto, creator } from "../create.js";
import { SkontoError } from "../errors.js";

export * from "../index.js";
export const createSkonto: CreateSkonto = creator(() => {
  throw new SkontoError("WASM_MISSING", "skonto/cart/slim needs the option `wasm`, for example from skonto/cart.wasm");
}, CartAdvisor);
