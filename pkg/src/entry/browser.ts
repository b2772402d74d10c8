// Browsers and bundlers for them, which recognise this `new URL` and copy the wasm along.
import { type CreateSkonto, creator } from "../create.js";

export * from "../index.js";
export const createSkonto: CreateSkonto = creator(() => new URL("./skonto.wasm", import.meta.url));
