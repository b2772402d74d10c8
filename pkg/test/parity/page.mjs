// The cases through the page build, its numbers read from wasm memory.

const HEAD = 8;
const PER_ARM = 6;

const encoder = new TextEncoder();

/** A page with `model`, its calls by name, its input block and its answer, which are other views after memory grew. */
export function openPage(module, model) {
  const exports = instantiate(module);
  const call = (number, a = 0, b = 0, c = 0, d = 0) => exports.call(number, a, b, c, d);
  // As the package's own border does: kept until memory grows, for to make a view takes as long as a small call.
  let views = viewsOf(exports);
  const look = () => (views.places.length > 0 ? views : (views = viewsOf(exports)));
  const bytes = () => {
    const { places, bytes } = look();
    return bytes.subarray(places[1], places[1] + places[2]);
  };
  const told = (what, number, ...rest) => {
    call(0, what.length);
    const room = bytes();
    if (typeof what !== "string") room.set(what);
    else if (encoder.encodeInto(what, room).read < what.length) return told(encoder.encode(what), number, ...rest);
    return call(number, ...rest);
  };
  const page = {
    load: (model) => told(model, 1),
    restore: (profile) => told(profile, 2),
    text: (kind, index, locale) => (call(5, kind, index, locale), new TextDecoder().decode(bytes())),
    count: (kind) => call(6, kind),
    product: (item, brand, characters) => call(10, item, brand, characters),
    attributes: (count) => call(11, count),
    forget: () => call(4),
    terms: (margin, lambda, personalised, shopper) =>
      told(shopper, 9, margin, lambda, Number(personalised)),
    score: (group, list, now) => call(19, group, list, now),
    stage: (lines) => call(12, lines),
    search: (characters) => call(13, characters),
    observe: (kind, time, transaction) => told(transaction, 14, kind, time),
    decide: (group, list, now, seed) => call(15, group, list, now, seed),
    explain: (group, list, now, seed) => call(16, group, list, now, seed),
    error: () => page.text(20, 0, 0),
  };
  if (page.load(model) !== 0) throw new Error(`the page build refused the model: ${page.error()}`);
  return {
    page,
    input: () => look().input,
    output: () => {
      const { places, numbers } = look();
      return numbers.subarray(places[3] / 8, places[3] / 8 + places[4]);
    },
  };
}

/** What it imports is there for objects, and a page passes none. */
function instantiate(module) {
  const imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) (imports[from] ??= {})[name] = () => {};
  return new WebAssembly.Instance(module, imports).exports;
}

function viewsOf({ memory: { buffer }, places: placesAt }) {
  const places = new Uint32Array(buffer, placesAt(), 5);
  const [bytes, numbers] = [new Uint8Array(buffer), new Float64Array(buffer)];
  return { places, bytes, numbers, input: new Float64Array(buffer, places[0], 512) };
}

/** The numbers of all decisions, in the order of `Decision::numbers` in the crate. */
export function decideOnPage({ page, output }, cases) {
  const width = 4 + PER_ARM * page.count(3);
  const numbers = new Float64Array(width * cases.length);
  cases.forEach(({ profile, group, price, now, seed }, index) => {
    if (page.restore(profile) !== 0) throw new Error(`the page build refused profile ${index}: ${page.error()}`);
    page.decide(group, price, now * 1000, seed);
    const [arm, , , discount, sale, reason] = output();
    numbers.set([arm, discount, sale, reason], width * index);
    numbers.set(output().subarray(HEAD, HEAD + width - 4), width * index + 4);
  });
  return numbers;
}

/** The model's names for what other builds say in words: the GA4 fields of each group, and the verdicts. */
export function vocabulary({ page }) {
  const fields = Array.from({ length: page.count(21) }, (_, index) => page.text(21, index, 0));
  const groups = Array.from({ length: page.count(0) }, (_, index) => itemOf(fields, page.text(0, index, 0)));
  const verdicts = [];
  while (page.text(8, verdicts.length, 0)) verdicts.push(page.text(8, verdicts.length, 0));
  return { groups, verdicts };
}

// A part may itself hold a slash. The engine joins the fields again, so any split will do.
function itemOf(fields, name) {
  const parts = name.split("/");
  const values = [...parts.slice(0, fields.length - 1), parts.slice(fields.length - 1).join("/")];
  return Object.fromEntries(fields.map((field, index) => [field, values[index]]));
}
