// The cases through the page build: class Page, its numbers read from wasm memory.

const BLOCK = 512;
const HEAD = 8;
const PER_ARM = 6;

/** A Page with `model`, and its output block, which is another view after memory grew. */
export function openPage({ initSync, Page }, module, model) {
  const { memory } = initSync({ module });
  const page = new Page();
  if (page.load(model) !== 0) throw new Error(`the page build refused the model: ${page.error_text()}`);
  const block = (pointer) => new Float64Array(memory.buffer, pointer, BLOCK);
  return { page, input: () => block(page.input_ptr()), output: () => block(page.output_ptr()) };
}

/** The numbers of all decisions, in the order of `Decision::numbers` in the crate. */
export function decideOnPage({ page, output }, cases) {
  const width = 4 + PER_ARM * page.count(3);
  const numbers = new Float64Array(width * cases.length);
  cases.forEach(({ profile, group, price, now, seed }, index) => {
    if (page.restore(profile) !== 0) throw new Error(`the page build refused profile ${index}: ${page.error_text()}`);
    page.decide(group, price, now * 1000, seed);
    const [arm, , , discount, sale, reason] = output();
    numbers.set([arm, discount, sale, reason], width * index);
    numbers.set(output().subarray(HEAD, HEAD + width - 4), width * index + 4);
  });
  return numbers;
}

/** The model's names for what other builds say in words: the GA4 fields of each group, and the verdicts. */
export function vocabulary({ page }) {
  const fields = page.group_fields().split(",");
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
