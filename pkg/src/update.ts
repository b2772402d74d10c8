// Looks for a newer model, in this order: download, (manifest), load, keep. A refusal at any step leaves the model
// in use where it is.

import { nextLook } from "./backoff.js";
import { download, type Download } from "./download.js";
import type { UpdateOptions } from "./options.js";
import type { KeptModel } from "./store.js";

const MS_PER_MINUTE = 60_000;
const DEFAULT_MINUTES = 60;

/** What an updater needs of its owner. */
export interface UpdateRim {
  /** Replaces the global `fetch`. */
  fetch: typeof fetch | undefined;
  /** Puts a model into use, or says why not. */
  load: (bytes: Uint8Array) => "updated" | "unchanged" | { refusal: string };
  /** Keeps a model that is in use. */
  keep: (model: KeptModel) => void;
  /** Hears of every look that failed. */
  onFailure: (reason: string) => void;
}

/** What came of a look. */
export interface Look {
  status: "updated" | "unchanged" | "refused" | "unreachable";
  reason?: string;
}

export class Updater {
  readonly #url: string;
  readonly #everyMs: number;
  readonly #rim: UpdateRim;
  #etag = "";
  #failures = 0;
  #retryAfterMs = 0;
  #running: Promise<Look> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStopped = false;

  constructor({ url, everyMinutes }: UpdateOptions, rim: UpdateRim) {
    this.#url = String(url);
    this.#everyMs = (Number(everyMinutes) || DEFAULT_MINUTES) * MS_PER_MINUTE;
    this.#rim = rim;
  }

  /** Says under which tag the server knows the model in use. */
  knows(etag: string): void {
    this.#etag = etag;
  }

  /** Looks now; whoever asks while a look is under way gets that one's outcome. */
  look(): Promise<Look> {
    this.#running ??= this.#lookOnce().finally(() => (this.#running = undefined));
    return this.#running;
  }

  /** Looks now and from time to time. */
  async start(): Promise<void> {
    await this.look();
    if (this.#isStopped) return;
    const last = { failures: this.#failures, retryAfterMs: this.#retryAfterMs, everyMs: this.#everyMs };
    this.#timer = setTimeout(() => void this.start(), nextLook(last, Math.random()));
    // Node would otherwise wait for the next look before it exits.
    (this.#timer as { unref?: () => void }).unref?.();
  }

  /** Stops looking; a download under way is no longer put into use. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  async #lookOnce(): Promise<Look> {
    const found = await download(this.#url, this.#etag, this.#rim.fetch ?? fetch);
    const { retryAfterMs, ...rest } = { retryAfterMs: 0, ...found };
    const look = rest.status === "model" ? this.#take(rest) : rest;
    const failed = look.status === "refused" || look.status === "unreachable";
    this.#failures = failed ? this.#failures + 1 : 0;
    this.#retryAfterMs = retryAfterMs;
    if (failed && !this.#isStopped) this.#rim.onFailure(look.reason ?? look.status);
    return look;
  }

  #take({ bytes, etag }: Extract<Download, { status: "model" }>): Look {
    if (this.#isStopped) return { status: "unreachable", reason: "DESTROYED" };
    // The signed manifest belongs here: signature, tenant, version floor, expiry, digest, then and only then load.
    const loaded = this.#rim.load(bytes);
    if (typeof loaded === "object") return { status: "refused", reason: loaded.refusal };
    this.#etag = etag;
    this.#rim.keep({ bytes, etag });
    return { status: loaded };
  }
}
