import type { WasmSource } from "./wasm.js";

/** What the shopper allows. Both are off until the shop says otherwise. */
export interface Consent {
  /** Model and profile may be kept on this device beyond the page. */
  storage: boolean;
  /** Events may change the profile. */
  learn: boolean;
}

/** Where model and profile are kept; rejecting is allowed, skonto then keeps them in memory. */
export interface KeyValueStore {
  /** The bytes kept under `key`. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** Keeps `value` under `key`. */
  set(key: string, value: Uint8Array): Promise<void>;
  /** Removes what is kept under `key`. */
  delete(key: string): Promise<void>;
  /** Removes everything skonto kept, the container included. */
  clear?(): Promise<void>;
}

/** The languages whose sentences a model carries. */
export type Locale = "en" | "zh";

/** Where newer models come from. */
export interface UpdateOptions {
  /** Address of the model file. */
  url: string;
  /** Minutes between two looks; 60 when absent. */
  everyMinutes?: number;
}

/** Everything a caller may bring along. */
export interface SkontoOptions {
  /** The compiled module, its bytes, or where to fetch it; each entry but `slim` knows its own. */
  wasm?: WasmSource | Promise<WasmSource>;
  /** A model to start with instead of the bundled one. */
  model?: Uint8Array;
  /** Without it, no request is ever made. */
  updates?: UpdateOptions;
  /** What the shopper has already allowed. */
  consent?: Partial<Consent>;
  /** Replaces IndexedDB; `null` keeps everything in memory. */
  storage?: KeyValueStore | null;
  /** Milliseconds since 1970 in the shopper's local time, so that a Saturday is the shopper's Saturday. */
  clock?: () => number;
  /** Replaces the global `fetch`. */
  fetch?: typeof fetch;
  /** A number to draw with; a stable one per shopper makes repeated decisions equal. */
  seed?: () => number;
  /** A stable key of the shopper, hashed on the device to place them in the holdout or not. */
  shopper?: string;
  /** Language of the sentences; "en" when absent. */
  locale?: Locale;
}
