// Workers, with the build that prices carts.
import wasm from "./cart.wasm";
import { CartAdvisor } from "../cart.js";
import { type CreateSkonto, creator } from "../create.js";

export * from "../index.js";
export const createSkonto: CreateSkonto = creator(() => wasm, CartAdvisor);
