// Fetches a model file: at most 256 KiB, at most 3 seconds, and something that can be a model at all.

import { deadline } from "./deadline.js";
import { DOWNLOAD_PATIENCE_MS, MAX_MODEL_BYTES, MAX_RETRY_AFTER_MS } from "./limits.js";
import type { Look } from "./models.js";

/** Why there is no model, and how long the server asks to be left alone. */
export interface Miss extends Look {
  retryAfterMs?: number;
}

/** What came of it. */
export type Download = Miss | { bytes: Uint8Array; etag: string };

/** Asks `url` for a model other than the one tagged `etag`. Never rejects. */
export async function download(url: string, etag: string, fetcher: typeof fetch): Promise<Download> {
  const abort = new AbortController();
  try {
    // The race is for a `fetch` given by the caller that does not know signals.
    return await deadline(ask(url, etag, fetcher, abort.signal), DOWNLOAD_PATIENCE_MS, "no whole answer in time");
  } catch (cause) {
    const isLate = (cause as Error | undefined)?.name === "TimeoutError";
    return { status: "unreachable", reason: isLate ? "TIMEOUT" : "NETWORK" };
  } finally {
    abort.abort();
  }
}

async function ask(url: string, etag: string, fetcher: typeof fetch, signal: AbortSignal): Promise<Download> {
  const response = await fetcher(url, {
    signal,
    headers: etag ? { "If-None-Match": etag } : {},
    credentials: "omit",
    // A model has one address; a redirect is how hotel networks say "log in first".
    redirect: "manual",
  });
  const { body, status, type } = response;
  const header = (name: string): string => response.headers.get(name) ?? "";
  if (status === 304) return etag ? { status: "unchanged" } : refused("UNASKED_304");
  if (type === "opaqueredirect" || (status >= 300 && status < 400)) return refused("REDIRECTED");
  if (status !== 200) return { status: "unreachable", reason: `HTTP_${status}`, retryAfterMs: retryAfter(header) };
  if (/html/i.test(header("content-type"))) return refused("GOT_HTML");
  const bytes = Number(header("content-length")) > MAX_MODEL_BYTES ? undefined : await read(body);
  if (!bytes) return refused("TOO_LARGE");
  // Some networks send their login page under any content type.
  return bytes[0] === "<".charCodeAt(0) ? refused("GOT_HTML") : { bytes, etag: header("etag") };
}

function refused(reason: string): Miss {
  return { status: "refused", reason };
}

// Counts while reading: an endless body has no honest Content-Length.
async function read(body: ReadableStream<Uint8Array> | null): Promise<Uint8Array | undefined> {
  const bytes = new Uint8Array(MAX_MODEL_BYTES);
  let length = 0;
  const reader = body?.getReader();
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
    if (length + part.value.length > MAX_MODEL_BYTES) return undefined;
    bytes.set(part.value, length);
    length += part.value.length;
  }
  return bytes.slice(0, length);
}

function retryAfter(header: (name: string) => string): number {
  const value = header("retry-after");
  const now = Date.parse(header("date"));
  // A date is compared with the server's own clock, so that a wrong one here does no harm.
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return ms > 0 ? Math.min(ms, MAX_RETRY_AFTER_MS) : 0;
}
