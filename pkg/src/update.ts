// Looks for a newer model, in this order: download, (manifest), load, keep. A refusal at any step leaves the model
// in use where it is.

import type { UpdateOutcome } from "./api.js";
import { nextLook } from "./backoff.js";
import { download } from "./download.js";
import type { UpdateOptions } from "./options.js";

const MS_PER_MINUTE = 60_000;
const DEFAULT_MINUTES = 60;

/** What an updater needs of its owner. */
export interface UpdateRim {
  /** Replaces the global `fetch`. */
  fetch: typeof fetch | undefined;
  /** Puts a model into use, or says why not. */
  load: (bytes: Uint8Array) => "updated" | "unchanged" | { refusal: string };
  /** Keeps a model that is in use, and the tag under which the server knows it. */
  keep: (bytes: Uint8Array, etag: string) => void;
  /** Hears of every look that failed. */
  onFailure: (reason: string) => void;
}

/** What came of a look, and why not more. */
export interface Look {
  status: UpdateOutcome["status"];
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
    const { status, reason }: Look = "bytes" in found ? this.#take(found.bytes, found.etag) : found;
    this.#failures = reason ? this.#failures + 1 : 0;
    this.#retryAfterMs = ("retryAfterMs" in found && found.retryAfterMs) || 0;
    if (reason && !this.#isStopped) this.#rim.onFailure(reason);
    return reason ? { status, reason } : { status };
  }

  #take(bytes: Uint8Array, etag: string): Look {
    if (this.#isStopped) return { status: "unreachable", reason: "DESTROYED" };
    // The signed manifest belongs here: signature, tenant, version floor, expiry, digest, then and only then load.
    const loaded = this.#rim.load(bytes);
    if (typeof loaded === "object") return { status: "refused", reason: loaded.refusal };
    this.#etag = etag;
    this.#rim.keep(bytes, etag);
    return { status: loaded };
  }
}
