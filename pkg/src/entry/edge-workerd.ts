// Workers hand over an import of wasm as a compiled module.
import wasm from "./edge.wasm";
import { type CreateEdge, edgeCreator } from "../edge.js";

export * from "../edge_index.js";
export const createEdge: CreateEdge = edgeCreator(() => wasm);
