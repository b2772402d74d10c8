// Browsers are started on a page of a loopback server and post back what they found: no driver, and the same for all.

import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { read } from "../../pkg/test/parity/files.mjs";

const MINUTES = 10;
const TYPES = { js: "text/javascript", mjs: "text/javascript", wasm: "application/wasm" };
const SERVED = /^\/(pkg|out|benches)\/[\w./-]+$/;
const PAGE = '<!doctype html><script type="module" src="/benches/engines/visitor.mjs"></script>';
const MINI_BROWSERS = ["4.1", "4.0", "6.0"].map((version) => `/usr/lib/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu/webkit2gtk-${version}/MiniBrowser`);

/** By name, the command that opens an address with a fresh profile. */
const BROWSERS = {
  chromium: (profile, address) => [process.env.SKONTO_CHROMIUM ?? find("chromium"), "--headless", "--no-sandbox", "--no-first-run", `--user-data-dir=${profile}`, address],
  firefox: (profile, address) => [find("firefox-esr") ?? find("firefox"), "--headless", "--no-remote", "--profile", profile, address],
  webkitgtk: (_, address) => screened([MINI_BROWSERS.find(existsSync), address]),
};

export const browsers = Object.keys(BROWSERS);

function find(name) {
  return spawnSync("which", [name], { encoding: "utf8" }).stdout?.trim() || undefined;
}

// It has no mode without a screen.
function screened([program, ...more]) {
  const xvfb = find("xvfb-run");
  return [program && xvfb, "-a", program, ...more];
}

/** What a browser found; undefined where there is none. */
export async function inBrowser(name) {
  const profile = mkdtempSync(join(tmpdir(), "skonto-"));
  const server = createServer();
  const told = new Promise((resolve) => server.on("request", (request, response) => answer(request, response, resolve)));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const [program, ...options] = BROWSERS[name](profile, `http://127.0.0.1:${server.address().port}/`);
    if (!program) return undefined;
    return await visited(program, options, profile, told);
  } finally {
    server.closeAllConnections();
    server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function visited(program, options, profile, told) {
  // A group of its own, so that all of its processes can be ended.
  const browser = spawn(program, options, { detached: true, stdio: "ignore", env: { ...process.env, HOME: profile } });
  const gone = new Promise((_, reject) => {
    browser.on("error", reject);
    browser.on("exit", (code) => reject(new Error(`${program} ended with ${code} and told nothing`)));
    setTimeout(() => reject(new Error(`${program} told nothing for ${MINUTES} minutes`)), MINUTES * 60_000).unref();
  });
  try {
    return await Promise.race([told, gone]);
  } finally {
    gone.catch(() => {});
    const ended = new Promise((resolve) => browser.exitCode === null ? browser.on("exit", resolve) : resolve());
    try { process.kill(-browser.pid); } catch { /* It has ended by itself. */ }
    await ended;
  }
}

async function answer(request, response, resolve) {
  const { url } = request;
  const reply = (code, type, body) => response.writeHead(code, { "content-type": type }).end(body);
  if (url === "/") return reply(200, "text/html", PAGE);
  if (url === "/told") {
    const parts = await request.toArray();
    reply(204, "text/plain");
    return resolve(JSON.parse(Buffer.concat(parts)));
  }
  try {
    if (!SERVED.test(url) || url.includes("..")) throw new Error(`${url} is not served`);
    reply(200, TYPES[url.split(".").at(-1)] ?? "application/octet-stream", read(url.slice(1)));
  } catch (error) {
    reply(404, "text/plain", String(error));
  }
}
