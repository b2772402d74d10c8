// Contenders inside workerd: `/NAME/COUNT` decides so often. Wasm comes compiled, as when deployed.

import * as floor from "../../out/serving/web/floor_wasm_mask.mjs";
import floorWasm from "../../out/serving/floor.wasm";
import forest from "../../out/serving/forest.bin";
import model from "../../out/serving/exact.skonto";
import page from "../../out/serving/skonto_page_bg.wasm";
import visits from "../../out/serving/users.f32";
import { COLUMNS, CONTENDERS, ready } from "./contenders.mjs";

const SCRIPTS = { "web/floor_wasm_mask.mjs": floor };
const FILES = {
  "floor.wasm": floorWasm,
  "skonto_page_bg.wasm": page,
  "forest.bin": new Uint8Array(forest),
  "exact.skonto": new Uint8Array(model),
};
const users = new Float32Array(visits);
let decide;

export default {
  async fetch(request) {
    const [, name, count] = new URL(request.url).pathname.split("/");
    decide ??= await ready(CONTENDERS.find((one) => one.name === name), (path) => FILES[path], (path) => SCRIPTS[path]);
    let sum = 0;
    for (let at = 0; at < Number(count); at += 1) {
      const start = (at * COLUMNS) % users.length;
      sum += decide(users.subarray(start, start + COLUMNS))[7];
    }
    return new Response(`${sum}`);
  },
};
