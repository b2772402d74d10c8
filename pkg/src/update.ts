// Looks for a newer model, in this order: download, (manifest), load, keep. A refusal at any step leaves the model
// in use where it is.

import { nextLook } from "./backoff.js";
import { download, type Miss } from "./download.js";
import { DEFAULT_MINUTES, MS_PER_MINUTE } from "./limits.js";
import type { Look, Models } from "./models.js";
import type { SkontoOptions } from "./options.js";

export class Updater {
  readonly #url: string | undefined;
  readonly #everyMs: number;
  readonly #fetch: typeof fetch | undefined;
  readonly #models: Models;
  readonly #onFailure: (reason: string) => void;
  #etag = "";
  #failures = 0;
  #retryAfterMs = 0;
  #running: Promise<Look> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStopped = false;

  /** Tells `onFailure` of every look that failed. */
  constructor({ updates, fetch }: SkontoOptions, models: Models, onFailure: (reason: string) => void) {
    this.#url = updates && String(updates.url);
    this.#everyMs = (Number(updates?.everyMinutes) || DEFAULT_MINUTES) * MS_PER_MINUTE;
    this.#fetch = fetch;
    this.#models = models;
    this.#onFailure = onFailure;
  }

  /** Says under which tag the server knows the model in use. */
  knows(etag: string | undefined): void {
    this.#etag = etag ?? this.#etag;
  }

  /** Looks now; whoever asks while a look is under way gets that one's outcome. */
  look(): Promise<Look> {
    this.#running ??= this.#lookOnce().finally(() => (this.#running = undefined));
    return this.#running;
  }

  /** Looks now and from time to time, if there is an address. */
  async start(): Promise<void> {
    await this.look();
    if (this.#isStopped || this.#url === undefined) return;
    const wait = this.#retryAfterMs + nextLook(this.#failures, this.#everyMs, Math.random());
    this.#timer = setTimeout(() => void this.start(), wait);
    // Node would otherwise wait for the next look before it exits.
    (this.#timer as { unref?: () => void }).unref?.();
  }

  /** Stops looking; a download under way is no longer put into use. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  async #lookOnce(): Promise<Look> {
    if (this.#url === undefined) return { status: "unchanged", reason: "NO_UPDATE_URL" };
    const found = await download(this.#url, this.#etag, this.#fetch ?? fetch);
    const { retryAfterMs = 0, ...look } = "bytes" in found ? this.#take(found.bytes, found.etag) : found;
    this.#failures = look.reason ? this.#failures + 1 : 0;
    this.#retryAfterMs = retryAfterMs;
    if (look.reason && !this.#isStopped) this.#onFailure(look.reason);
    return look;
  }

  #take(bytes: Uint8Array, etag: string): Miss {
    if (this.#isStopped) return { status: "unreachable", reason: "DESTROYED" };
    // The signed manifest belongs here: signature, tenant, version floor, expiry, digest, then and only then load.
    const loaded = this.#models.load(bytes);
    if (loaded.reason) return loaded;
    this.#etag = etag;
    this.#models.keep(bytes, etag);
    return loaded;
  }
}
