// What every entry has in common; each adds the `createSkonto` that knows its runtime.

export { fromDataLayer, fromGtag } from "./adapters.js";
export type { DecisionRequest, Observed, Skonto, SkontoEvents, Terms, UpdateOutcome } from "./api.js";
export type * from "./cart_request.js";
export type * from "./cart_types.js";
export type { CreateSkonto } from "./create.js";
export { SkontoError, type SkontoErrorCode } from "./errors.js";
export { EVENT_NAMES, type Ga4Event, type Ga4EventName, type Ga4Item, type Ga4Params } from "./ga4.js";
export type { Consent, KeyValueStore, Locale, SkontoOptions, UpdateOptions } from "./options.js";
export type * from "./types.js";
export type { WasmSource } from "./wasm.js";
