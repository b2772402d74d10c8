// Who is measured, each as `init(files, arms) -> decide(user)`: 28 numbers of a visit in, the chance to buy under each of eight
// offers out. Peers are the adapters of ../shared/peers/edge, which this repository does not hold.

export const ARMS = new Float32Array([0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35]);
export const COLUMNS = 28;
const NOW = 1_767_614_400_000;
const PRICE = 10_000;
const HEAD = 8; // numbers before the arms in the output block
const PER_ARM = 6;
const PROBABILITY = 2;

const peer = (name, label, files) => ({ name, label, script: `web/${name}.mjs`, files });
const FOREST = { expected: "expect_lgbm.f64" };
const LOGISTIC = { expected: "expect_lr.f64" };

/** In the order of the table; the first is the floor. Those `inWorkerd` are measured there too. */
export const CONTENDERS = [
  { ...peer("floor_wasm_mask", "floor: C wasm, all arms at once", ["floor.wasm", "forest.bin"]), inWorkerd: true },
  { name: "skonto_score", label: "skonto, scores of all arms", call: 19, model: "exact.skonto", inWorkerd: true },
  { name: "skonto_decide", label: "skonto, whole decisions", call: 15, model: "exact.skonto", inWorkerd: true },
  { name: "skonto_coarse", label: "skonto, scores by leaves of 11 bits", call: 19, model: "coarse.skonto" },
  peer("floor_wasm", "floor: C wasm, arm by arm", ["floor.wasm", "forest.bin"]),
  peer("m2c_c_wasm", "m2cgen C, wasm", ["m2c_lgbm.wasm"]),
  peer("m2c_lgbm", "m2cgen JavaScript", []),
  peer("json_walk", "JSON and a JavaScript walker", ["lgbm.json"]),
  peer("ort_lgbm", "onnxruntime-web", ["ort-wasm-simd-threaded.wasm", "lgbm.onnx"]),
  { name: "skonto_logistic", label: "logistic: skonto, scores of all arms", call: 19, model: "logistic.skonto", ...LOGISTIC },
  { name: "skonto_logistic_call", label: "logistic: skonto, the call alone", call: 19, isAlone: true, model: "logistic.skonto", ...LOGISTIC },
  { ...peer("floor_js_lr", "logistic: JavaScript by hand", ["lr.bin"]), ...LOGISTIC },
].map((contender) => ({ ...FOREST, ...contender }));

/** A contender ready to decide. `load(path)` gives bytes of out/serving, or compiled wasm; `open(path)` a script there. */
export async function ready(contender, load, open) {
  if (contender.script) {
    const files = {};
    for (const name of contender.files) files[name] = await load(name);
    return (await open(contender.script)).init(files, ARMS);
  }
  const [wasm, model] = [await load("skonto_page_bg.wasm"), await load(contender.model)];
  return skonto(wasm instanceof WebAssembly.Module ? wasm : new WebAssembly.Module(wasm), model, contender);
}

// Calls of the border, as docs/page-border.md numbers them.
const [ROOM, LOAD, ATTRIBUTES, DECIDE, SCORE] = [0, 1, 11, 15, 19];

function skonto(module, model, { call, isAlone }) {
  const imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) (imports[from] ??= {})[name] = () => {};
  const page = new WebAssembly.Instance(module, imports).exports, { memory } = page;
  const places = () => new Uint32Array(memory.buffer, page.places(), 5);
  page.call(ROOM, model.length, 0, 0, 0);
  new Uint8Array(memory.buffer, places()[1], model.length).set(model);
  if (page.call(LOAD, 0, 0, 0, 0) !== 0) throw new Error("the page build refused the model");
  let input, output;
  const view = () => {
    input = new Float64Array(memory.buffer, places()[0], COLUMNS);
    output = new Float64Array(memory.buffer, ...places().subarray(3));
  };
  const out = new Float64Array(ARMS.length);
  // The first calls make memory grow and the answer find its place; both then stay.
  const ask = (user) => {
    for (let column = 0; column < COLUMNS; column += 1) input[column] = user[column];
    page.call(ATTRIBUTES, COLUMNS, 0, 0, 0);
    page.call(call, 0, PRICE, NOW, 1);
    if (output.buffer !== memory.buffer) view();
  };
  for (let turn = 0; turn < 20; turn += 1) {
    view();
    ask(new Float32Array(COLUMNS));
    view();
  }
  // What JavaScript adds is left out: the same visit is scored again and again, and nobody looks at its scores.
  if (isAlone) return () => (page.call(call, 0, PRICE, NOW, 1), out);
  if (call === SCORE) {
    return (user) => {
      ask(user);
      for (let arm = 0; arm < out.length; arm += 1) out[arm] = 1 / (1 + Math.exp(-output[arm]));
      return out;
    };
  }
  return (user) => {
    ask(user);
    for (let arm = 0; arm < out.length; arm += 1) out[arm] = output[HEAD + PER_ARM * arm + PROBABILITY];
    return out;
  };
}

function best(chances) {
  let arm = 0;
  for (let other = 1; other < ARMS.length; other += 1) {
    if (chances[other] * (1 - ARMS[other]) > chances[arm] * (1 - ARMS[arm])) arm = other;
  }
  return arm;
}

/** How far chances are from the library's, and which share of decisions is another arm's. */
export async function compare(decide, users, expected) {
  const count = users.length / COLUMNS;
  let [farthest, others] = [0, 0];
  for (let user = 0; user < count; user += 1) {
    const found = await decide(users.subarray(user * COLUMNS, (user + 1) * COLUMNS));
    const wanted = expected.subarray(user * ARMS.length, (user + 1) * ARMS.length);
    for (let arm = 0; arm < ARMS.length; arm += 1) farthest = Math.max(farthest, Math.abs(found[arm] - wanted[arm]));
    others += Number(best(found) !== best(wanted));
  }
  return { farthest, others: others / count };
}

/** Microseconds of a decision, the median over blocks of at least twenty ticks of the clock, after 1.5 seconds of warming up. */
export async function measure(decide, users, tickMicroseconds) {
  const rows = Array.from({ length: users.length / COLUMNS }, (_, at) => users.subarray(at * COLUMNS, (at + 1) * COLUMNS));
  const isPromised = decide(rows[0]) instanceof Promise;
  let [at, sum] = [0, 0];
  const next = () => rows[at++ % rows.length];
  const some = isPromised
    ? async (count) => { for (; count > 0; count -= 1) sum += best(await decide(next())); }
    : (count) => { for (; count > 0; count -= 1) sum += best(decide(next())); };
  const timed = async (count) => {
    const begun = performance.now();
    const working = some(count);
    if (isPromised) await working;
    return ((performance.now() - begun) * 1000) / count;
  };
  const begun = performance.now();
  while (performance.now() - begun < 1500) await timed(64);
  const block = Math.max(1, Math.ceil((20 * tickMicroseconds) / (await timed(256))));
  const costs = new Float64Array(Math.ceil(20_480 / block));
  for (let turn = 0; turn < costs.length; turn += 1) costs[turn] = await timed(block);
  costs.sort();
  return { median: costs[costs.length >> 1], sum };
}
