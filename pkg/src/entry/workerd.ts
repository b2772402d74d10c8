// Workers forbid compiling at run time; their bundlers hand over an import of wasm as a compiled module.
import wasm from "./skonto.wasm";
import { type CreateSkonto, creator } from "../create.js";

export * from "../index.js";
export const createSkonto: CreateSkonto = creator(() => wasm);
