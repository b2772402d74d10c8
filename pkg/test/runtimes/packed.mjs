// The package as a stranger gets it: packed, and installed into an empty project.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const PKG = fileURLToPath(new URL("../..", import.meta.url));

/** An empty project with the packed package in it; `remove` deletes it. */
export function installPacked() {
  const folder = mkdtempSync(join(tmpdir(), "skonto-packed-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const [{ filename, files }] = JSON.parse(npm(PKG, "pack", "--json", "--pack-destination", folder));
  writeFileSync(join(folder, "package.json"), '{"private": true}');
  npm(folder, "install", "--offline", "--no-audit", "--no-fund", `./${filename}`);
  return { folder, installed: join(folder, "node_modules/skonto"), remove, files: files.map(({ path }) => path) };
}

/** Runs a script in the project and gives what it printed as JSON. */
export function runNode(folder, name, source) {
  writeFileSync(join(folder, name), source);
  return JSON.parse(execFileSync(process.execPath, [name], { cwd: folder, encoding: "utf8" }));
}

function npm(cwd, ...args) {
  return execFileSync("npm", args, { cwd, encoding: "utf8" });
}
