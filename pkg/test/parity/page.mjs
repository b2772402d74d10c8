// The cases through the page build: class Page, its numbers read from wasm memory.

const HEAD = 8;
const PER_ARM = 6;

/** A Page with `model`, its calls by name, its input block and its answer, which are other views after memory grew. */
export function openPage(_, module, model) {
  const imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) (imports[from] ??= {})[name] = () => {};
  const { memory, call: pageCall, places: pagePlaces } = new WebAssembly.Instance(module, imports).exports;
  const places = () => new Uint32Array(memory.buffer, pagePlaces() >>> 0, 5);
  const bytes = () => new Uint8Array(memory.buffer, ...places().subarray(1, 3));
  const call = (number, a = 0, b = 0, c = 0, d = 0) => pageCall(number, a, b, c, d);
  const told = (what, number, ...rest) => {
    call(0, what.length);
    bytes().set(what);
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
      told(new TextEncoder().encode(shopper), 9, margin, lambda, Number(personalised)),
    score: (group, list, now) => call(19, group, list, now),
    stage: (lines) => call(12, lines),
    search: (characters) => call(13, characters),
    observe: (kind, time, transaction) => told(new TextEncoder().encode(transaction), 14, kind, time),
    decide: (group, list, now, seed) => call(15, group, list, now, seed),
    explain: (group, list, now, seed) => call(16, group, list, now, seed),
    error: () => page.text(20, 0, 0),
  };
  if (page.load(model) !== 0) throw new Error(`the page build refused the model: ${page.error()}`);
  return {
    page,
    input: () => new Float64Array(memory.buffer, places()[0], 512),
    output: () => new Float64Array(memory.buffer, ...places().subarray(3)),
  };
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
