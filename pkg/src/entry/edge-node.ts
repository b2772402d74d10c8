// Node, Deno and Bun: the file beside this one is read when an engine is made.
import { readFileSync } from "node:fs";
import { type CreateEdge, edgeCreator } from "../edge.js";

export * from "../edge_index.js";
export const createEdge: CreateEdge = edgeCreator(() => readFileSync(new URL("./edge.wasm", import.meta.url)));
