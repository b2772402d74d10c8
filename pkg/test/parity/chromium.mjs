// Headless Chromium on a page of a loopback server that serves the repository's builds.

import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { chromium } from "playwright-core";
import { read } from "./files.mjs";

const executablePath = process.env.SKONTO_CHROMIUM ?? "/usr/bin/chromium";
const TYPES = { js: "text/javascript", mjs: "text/javascript", wasm: "application/wasm" };
const SERVED = /^\/(pkg|out|benches)\/[\w./-]+$/;
// Isolated, so that the page's clock is fine enough to measure with.
const HEADERS = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };

/** Why there is no browser here; false when there is one. */
export const noBrowser = existsSync(executablePath) ? false : `no browser at ${executablePath}`;

/** A browser, and `visit`, which opens an empty page of its own context. */
export async function openBrowser() {
  const server = createServer(answer);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  const visit = async () => {
    const page = await (await browser.newContext()).newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    return page;
  };
  const close = async () => {
    await browser.close();
    server.closeAllConnections();
    server.close();
  };
  return { visit, close };
}

function answer({ url }, response) {
  if (url === "/") return response.writeHead(200, { "content-type": "text/html", ...HEADERS }).end("<!doctype html>");
  try {
    if (!SERVED.test(url) || url.includes("..")) throw new Error(`${url} is not served`);
    const type = TYPES[url.split(".").at(-1)] ?? "application/octet-stream";
    response.writeHead(200, { "content-type": type, ...HEADERS }).end(read(url.slice(1)));
  } catch (error) {
    if (response.headersSent) response.end();
    else response.writeHead(404).end(String(error));
  }
}
