// The first example of each manual, run as a reader would run it, against the built package.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const PKG = fileURLToPath(new URL("..", import.meta.url));

// What a page would have: a data layer with a purchase, and a server whose model is the one in use.
const PAGE = `
  const items = [{ item_category2: "SOUP", item_category3: "CONDENSED SOUP", price: 1.19, discount: 0.1, quantity: 2 }];
  globalThis.dataLayer = [
    { ecommerce: null },
    { event: "purchase", ecommerce: { transaction_id: "1", currency: "USD", items } },
  ];
  globalThis.fetch = async () => new Response(null, { status: 304 });
`;
const TELL = `
  process.stdout.write("\\n" + JSON.stringify({ offer, trips: skonto.profile().trips }));
  skonto.destroy();
`;

for (const manual of ["README.md", "../README.md", "../README.zh-CN.md"]) {
  test(`the_example_of_${manual}_decides`, () => {
    const { offer, trips } = run(example(manual));
    assert.ok(offer.arms.length > 1, offer.reason);
    assert.ok(["BEST_PROFIT", "NONE_EARNS_MOST"].includes(offer.reason), offer.reason);
    assert.equal(offer.priceMinor + offer.discountMinor, offer.listMinor);
    assert.equal(offer.currency, "USD");
    assert.ok(offer.disclosure.length > 0);
    assert.ok(trips > 0, "the purchase of the data layer was not counted");
  });
}

test("both_readmes_show_the_same_program", () => {
  const program = (manual) => example(manual).replace(/\s*\/\/.*$/gm, "");
  assert.equal(program("../README.zh-CN.md"), program("../README.md"));
});

test("a_stranger_gets_the_offer_that_the_readme_tells", () => {
  const { offer } = run(example("../README.md"), PAGE.replace("globalThis.dataLayer =", "const untold ="));
  assert.deepEqual([offer.percentOff, offer.priceMinor], [5, 123]);
});

function example(manual) {
  const text = readFileSync(new URL(`../${manual}`, import.meta.url), "utf8");
  return text.match(/```js\n(.*?)```/s)[1];
}

// Inside the package's folder its own name leads to what it exports. Imports come first wherever they are written.
function run(source, page = PAGE) {
  const input = page + source.replace("skonto.destroy();", "") + TELL;
  const printed = execFileSync(process.execPath, ["--input-type=module"], { cwd: PKG, input, encoding: "utf8" });
  return JSON.parse(printed.slice(printed.lastIndexOf("\n") + 1));
}
