// What one worker holds of the edge build, and decisions a second among it: the models and profiles of benches/serving/growth.rs,
// which leaves them in out/generated. A worker keeps profiles as bytes and gives them with each request.

import { moduleOf, read } from "../../pkg/test/parity/files.mjs";

const PROFILES = 10_000;
const MODELS = [1, 10, 100];
const TURNS = 7;
const FEATURES = 28;
const NOW = 1_767_614_400_000;
const ITEM = { item_category: "all", price: 100 };

/** Prints its figures beside the `native` ones. */
export async function scale(print, native) {
  const [model, stored] = ["skonto", "profiles"].map((ending) => new Uint8Array(read(`out/generated/planted.${ending}`)));
  const [module, length] = [moduleOf("edge"), stored.length / PROFILES];
  const requests = Array.from({ length: PROFILES }, (_, shopper) => request(shopper, stored.subarray(length * shopper, length * (shopper + 1))));
  print("serving.scale.profile_bytes.edge_node", length, "bytes",
    `of one purchase, as the worker keeps it; nothing of it stays in wasm; native ${native["serving.scale.profile_bytes"]}`);
  const bytes = [];
  for (const models of MODELS) {
    // Each in an instance of its own, so that memory tells what these models take.
    const { initSync, Edge } = await import(`../../pkg/wasm/edge/skonto_edge.js?${models}`);
    const { memory } = initSync({ module });
    const edges = Array.from({ length: models }, () => new Edge(model));
    const { profile_refused: refused, arms } = edges[0].decide(requests[0]);
    if (refused || arms.length === 0) throw new Error("the edge build decided nothing");
    const perSecond = median(Array.from({ length: TURNS + 1 }, () => decisionsPerSecond(edges, requests)));
    bytes.push(memory.buffer.byteLength);
    print(`serving.scale.decisions_per_s.${models}_models.edge_node`, perSecond, "decisions/s",
      `native ${native[`serving.scale.decisions_per_s.${models}_models`]}; 28 attributes and a stored profile are read with each, and an object is answered`);
  }
  const [few, many] = [bytes[0], bytes.at(-1)];
  print("serving.scale.model_bytes.edge_node", (many - few) / (MODELS.at(-1) - MODELS[0]), "bytes",
    `prepared; native ${native["serving.scale.model_bytes"]}; with one model memory is ${few}`);
}

function request(shopper, profile) {
  const told = (_, feature) => [`f${feature}`, ((7919 * shopper + 104_729 * feature) % 65_537) / 65_537];
  const attributes = Object.fromEntries(Array.from({ length: FEATURES }, told));
  return { item: ITEM, profile, attributes, now_ms: NOW, seed: shopper };
}

function decisionsPerSecond(edges, requests) {
  const begun = performance.now();
  for (let at = 0; at < requests.length; at += 1) edges[at % edges.length].decide(requests[at]);
  return (1000 * requests.length) / (performance.now() - begun);
}

const median = (values) => values.sort((one, other) => one - other)[values.length >> 1];
