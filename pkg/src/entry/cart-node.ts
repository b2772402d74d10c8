// Node, Deno and Bun, with the build that prices carts.
import { readFile } from "node:fs/promises";
import { CartAdvisor } from "../cart.js";
import { type CreateSkonto, creator } from "../create.js";

export * from "../index.js";
export const createSkonto: CreateSkonto = creator(() => readFile(new URL("./cart.wasm", import.meta.url)), CartAdvisor);
