// Makes dist/ from src/ and the three wasm builds: one minified file per entry, the wasm files, the declarations.

import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

process.chdir(dirname(fileURLToPath(import.meta.url)));

const BUILDS = {
  page: { folder: "wasm/page", wasm: "skonto_page_bg.wasm", shipped: "skonto.wasm" },
  cart: { folder: "wasm/cart", wasm: "skonto_cart_bg.wasm", shipped: "cart.wasm" },
  edge: { folder: "wasm/edge", glue: "skonto_edge.js", wasm: "skonto_edge_bg.wasm", className: "Edge", shipped: "edge.wasm" },
};

for (const { folder, wasm } of Object.values(BUILDS)) {
  if (!existsSync(join(folder, wasm))) throw new Error(`pkg/${folder}/${wasm} is missing: run .ci/wasm first`);
}
rmSync("dist", { recursive: true, force: true });
const entries = readdirSync("src/entry");
// Entries that price carts stand on the page build with carts; all else is the same.
await bundle(entries.filter((file) => file.startsWith("cart")), (name) => (name === "page" ? "cart" : name));
await bundle(entries.filter((file) => !file.startsWith("cart")), (name) => name);
mkdirSync("dist/bare");
for (const { folder, wasm, shipped } of Object.values(BUILDS)) {
  shipWasm(join(folder, wasm), shipped);
  // For preset.js.
  copyFileSync(join(folder, "bare.wasm"), `dist/bare/${shipped}`);
}
declarations();

async function bundle(files, buildNamed) {
  await build({
    entryPoints: files.map((file) => `src/entry/${file}`),
    outdir: "dist",
    bundle: true,
    minify: true,
    format: "esm",
    charset: "utf8",
    target: "es2022",
    platform: "neutral",
    external: ["node:*", "./skonto.wasm", "./cart.wasm", "./edge.wasm"],
    plugins: [generated(buildNamed)],
    logLevel: "warning",
  });
}

/** Resolves the modules named in src/glue.d.ts. */
function generated(buildNamed) {
  const buildOf = (path) => BUILDS[buildNamed(path.slice("skonto:".length).split("-")[0])];
  return {
    name: "generated",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^skonto:/ }, ({ path }) => ({ path, namespace: "generated" }));
      onLoad({ filter: /-imports$/, namespace: "generated" }, ({ path }) => ({ contents: imports(buildOf(path)) }));
      onLoad({ filter: /-glue$/, namespace: "generated" }, async ({ path }) => ({ contents: await freshGlue(buildOf(path)) }));
      onLoad({ filter: /-base64$/, namespace: "generated" }, ({ path }) => ({ contents: base64(buildOf(path)) }));
    },
  };
}

/**
 * What a page build is instantiated with. Passing numbers alone, it asks for one function of wasm-bindgen's, which fills a table
 * of objects; no number needs that.
 */
function imports({ folder, wasm }) {
  const needed = WebAssembly.Module.imports(new WebAssembly.Module(readFileSync(join(folder, wasm))));
  const functions = needed.map(({ module, name }) => {
    if (name === "__wbindgen_init_externref_table") return `${name}() {}`;
    throw new Error(`pkg/${folder}/${wasm} imports ${name} of ${module}, which src/border.ts does not provide`);
  });
  return `export default { "${needed[0]?.module}": { ${functions.join(", ")} } };`;
}

/** The glue module as the body of a function, so that calling it gives a glue that has no instance yet. */
async function freshGlue({ folder, glue, className }) {
  const stdin = { contents: `export { initSync, ${className} } from "./${glue}";`, resolveDir: folder };
  // import.meta is only named in a default that initSync never reaches.
  const logOverride = { "empty-import-meta": "silent" };
  const { outputFiles } = await build({ stdin, bundle: true, format: "iife", globalName: "glue", write: false, logOverride });
  return `export function freshGlue() { ${outputFiles[0].text}; return glue; }`;
}

function base64({ folder, wasm }) {
  return `export default "${readFileSync(join(folder, wasm), "base64")}";`;
}

function shipWasm(from, name) {
  copyFileSync(from, `dist/${name}`);
  writeFileSync(`dist/${name}.d.ts`, "declare const module: WebAssembly.Module;\nexport default module;\n");
}

/** Emits the declarations and keeps those an entry leads to: the rest speaks of files that do not ship. */
function declarations() {
  execFileSync("node_modules/.bin/tsc", ["--emitDeclarationOnly"], { stdio: "inherit" });
  const kept = new Set();
  for (const file of readdirSync("dist/types/entry")) follow(`dist/types/entry/${file}`, kept);
  for (const file of readdirSync("dist/types", { recursive: true, withFileTypes: true })) {
    const path = relative(".", join(file.parentPath, file.name));
    if (file.isFile() && !kept.has(path)) rmSync(path);
  }
}

function follow(path, kept) {
  if (kept.has(path)) return;
  kept.add(path);
  for (const [, target] of readFileSync(path, "utf8").matchAll(/(?:from|import)\s*\(?"(\.[^"]+)\.js"/g)) {
    follow(join(dirname(path), `${target}.d.ts`), kept);
  }
}
