// Runs inside workerd: the cases come as the body, and the path says through which build they go.

import * as edgeGlue from "./skonto_edge.js";
import edgeWasm from "./skonto_edge_bg.wasm";
import pageWasm from "./skonto_page_bg.wasm";
import model from "./model.skonto";
import { readCases } from "./cases.mjs";
import { decideOnEdge, openEdge } from "./edge.mjs";
import { decideOnPage, openPage, vocabulary } from "./page.mjs";
import { summarise } from "./verdict.mjs";

export default {
  async fetch(request, { expected }) {
    const cases = readCases(await request.arrayBuffer());
    const page = openPage(pageWasm, new Uint8Array(model));
    const numbers = new URL(request.url).pathname === "/page"
      ? decideOnPage(page, cases)
      : decideOnEdge(openEdge(edgeGlue, edgeWasm, new Uint8Array(model)), cases, vocabulary(page));
    return Response.json(await summarise(numbers, cases.length, expected));
  },
};
