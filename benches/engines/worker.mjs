// A million generated cases inside workerd; the recorded ones come as the body.

import forest from "../../out/generated/forest.skonto";
import grocery from "../../out/model.skonto";
import module from "../../pkg/wasm/page/skonto_page_bg.wasm";
import { hashBoth } from "../../pkg/test/parity/generated/run.mjs";
import { ASKED } from "./asked.mjs";

export default {
  async fetch(request) {
    const files = { grocery: new Uint8Array(grocery), forest: new Uint8Array(forest), recorded: await request.arrayBuffer() };
    return Response.json(hashBoth(module, files, ASKED));
  },
};
