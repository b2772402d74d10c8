// What one call of the page build costs, warm, on real cases; as benches/serving.rs does natively. Runs in any engine.

const SHOPPERS = 500;
const BATCHES = { decide: 256, explain: 4, observe: 64 };
const LINES = 8;
const PURCHASE = 11; // its place among EVENT_NAMES in the crate

/** Microseconds per call: `{decide, explain, observe}`. */
export function measure({ page, input }, cases) {
  const at = (index) => cases[index % cases.length];
  const ask = (call) => (index) => {
    const { group, price, now, seed } = at(index);
    return () => page[call](group, price, now * 1000, seed);
  };
  const observe = (index) => {
    const bought = Array.from({ length: LINES }, (_, line) => at(index + line));
    const numbers = bought.flatMap(({ group, price }) => [group, price, 0, 1, 0, 0, 0]);
    return (count) => {
      // The purchase is an array already where the package hands it over.
      input().set(numbers);
      page.stage(LINES);
      if (page.observe(PURCHASE, (at(index).now + count + 1) * 1000, `${count}`) !== 0) throw new Error(page.error());
    };
  };
  const calls = { decide: ask("decide"), explain: ask("explain"), observe };
  return Object.fromEntries(Object.entries(calls).map(([name, prepare]) =>
    [name, median(cases.length, (index) => cost(page, at(index), prepare(index), BATCHES[name]))]));
}

function cost(page, { profile }, call, batch) {
  page.restore(profile);
  const start = performance.now();
  for (let count = 0; count < batch; count += 1) call(count);
  return ((performance.now() - start) * 1000) / batch;
}

// After one round to warm up.
function median(count, costAt) {
  const step = Math.max(1, Math.floor(count / SHOPPERS));
  const round = () => Array.from({ length: Math.ceil(count / step) }, (_, index) => costAt(index * step));
  round();
  const costs = round().sort((a, b) => a - b);
  return costs[costs.length >> 1];
}
