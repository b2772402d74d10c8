import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { MILK, NOW } from "../support.mjs";
import { installPacked, PKG, runNode } from "./packed.mjs";

const decide = `
  createSkonto({ clock: () => ${NOW}, seed: () => 7 }).then((skonto) => {
    console.log(JSON.stringify(skonto.decide({ item: ${JSON.stringify(MILK)}, currency: "USD" })));
  });`;

let project;
before(() => (project = installPacked()));
after(() => project.remove());

test("decides_in_node_by_import_and_by_require_alike", () => {
  const imported = runNode(project.folder, "a.mjs", `import { createSkonto } from "skonto"; ${decide}`);
  const required = runNode(project.folder, "a.cjs", `const { createSkonto } = require("skonto"); ${decide}`);
  assert.equal(imported.listMinor, 200);
  assert.deepEqual(required, imported);
});

test("decides_the_same_inline_and_slim", () => {
  const entry = runNode(project.folder, "b.mjs", `import { createSkonto } from "skonto"; ${decide}`);
  const inline = runNode(project.folder, "c.mjs", `import { createSkonto } from "skonto/inline"; ${decide}`);
  const slim = runNode(project.folder, "d.mjs", `
    import { readFile } from "node:fs/promises";
    import { createSkonto as create } from "skonto/slim";
    const wasm = await readFile(new URL(import.meta.resolve("skonto/skonto.wasm")));
    const createSkonto = (options) => create({ ...options, wasm });
    ${decide}`);
  assert.deepEqual(inline, entry);
  assert.deepEqual(slim, entry);
});

test("decides_in_node_with_the_edge_build", () => {
  const decision = runNode(project.folder, "e.mjs", `
    import { createEdge } from "skonto/edge";
    const request = { item: ${JSON.stringify(MILK)}, currency: "USD", now_ms: ${NOW}, seed: 7 };
    console.log(JSON.stringify(createEdge().decide(request)));`);
  assert.equal(decision.list_minor, 200);
});

test("ships_what_is_needed_and_nothing_else", () => {
  const expected = /^(dist\/(bare\/)?[a-z-]+\.(js|wasm|wasm\.d\.ts)|preset\.js|dist\/types\/.+\.d\.ts|package\.json|README\.md|LICENSE.*)$/;
  assert.deepEqual(project.files.filter((path) => !expected.test(path)), []);
});

for (const [module, resolution] of [["nodenext", "nodenext"], ["esnext", "bundler"]]) {
  test(`type_checks_in_a_project_that_resolves_as_${resolution}`, () => {
    writeFileSync(join(project.folder, "shop.ts"), SHOP);
    const flags = ["--strict", "--noEmit", "--target", "es2022", "--lib", "es2022,dom", "--types", ""];
    const tsc = join(PKG, "node_modules/.bin/tsc");
    const args = [...flags, "--module", module, "--moduleResolution", resolution, "shop.ts"];
    assert.equal(execFileSync(tsc, args, { cwd: project.folder, encoding: "utf8" }), "");
  });
}

const SHOP = `
  import { createSkonto, fromGtag, SkontoError, type Decision, type Ga4Event } from "skonto";
  import { createSkonto as inline } from "skonto/inline";
  import { createSkonto as slim } from "skonto/slim";
  import { createEdge, type EdgeDecision } from "skonto/edge";
  import wasm from "skonto/skonto.wasm";

  export async function offer(event: Ga4Event): Promise<Decision> {
    const skonto = await createSkonto({ consent: { learn: true }, updates: { url: "/model.skonto" } });
    skonto.observe(event);
    skonto.observe(fromGtag("event", "view_item", {}));
    skonto.on("model", ({ version }) => console.log(version.toFixed()));
    return skonto.decide({ item: { item_id: "1", price: 1.99 } });
  }
  export const others = [inline, slim({ wasm })];
  export const code = (error: unknown) => (error instanceof SkontoError ? error.code : "other");
  export const edge: EdgeDecision = createEdge().decide({ item: { price: 2 }, now_ms: 0 });
`;

test("passes_publint", () => {
  const printed = execFileSync(join(PKG, "node_modules/.bin/publint"), ["--strict", project.installed], { encoding: "utf8" });
  assert.match(printed, /All good/);
});
