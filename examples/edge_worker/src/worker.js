// POST /decide: an EdgeRequest as JSON in, an EdgeDecision as JSON out. Keeps nothing between requests.

import { createEdge } from "skonto/edge";
import { readRequest } from "./request.js";

let edge;

export default {
  async fetch(request) {
    if (new URL(request.url).pathname !== "/decide") return refuse(404, "NOT_FOUND", "only /decide is here");
    if (request.method !== "POST") return refuse(405, "METHOD_NOT_ALLOWED", "ask with POST", { Allow: "POST" });
    const read = await readRequest(request);
    return read.refusal ? refuse(...read.refusal) : decide(read.question);
  },
};

function decide(question) {
  // The runtime compiled the wasm when the worker was deployed; this only instantiates it, once per isolate.
  edge ??= createEdge();
  const decision = edge.decide(question);
  const about = `arm=${decision.arm} model=${decision.model_version}`;
  return answer(200, decision, { "Server-Timing": `skonto;desc="${about}"` });
}

function refuse(status, code, message, headers = {}) {
  return answer(status, { error: { code, message } }, headers);
}

// A price made for one shopper must not be shown to the next.
function answer(status, body, headers) {
  return Response.json(body, { status, headers: { "Cache-Control": "no-store", ...headers } });
}
