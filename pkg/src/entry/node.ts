// Node, Deno and Bun: `fetch` does not take file addresses there, so the file is read.
import { readFile } from "node:fs/promises";
import { type CreateSkonto, creator } from "../create.js";

export * from "../index.js";
export const createSkonto: CreateSkonto = creator(() => readFile(new URL("./skonto.wasm", import.meta.url)));
