// Browsers, with the build that prices carts.
import { CartAdvisor } from "../cart.js";
import { type CreateSkonto, creator } from "../create.js";

export * from "../index.js";
export const createSkonto: CreateSkonto = creator(() => new URL("./cart.wasm", import.meta.url), CartAdvisor);
