// What every edge entry has in common; each adds the `createEdge` that knows its runtime.

export type { CreateEdge } from "./edge.js";
export type * from "./edge_cart_types.js";
export type { Edge, EdgeArm, EdgeDecision, EdgeExplanation, EdgeOptions, EdgeRequest } from "./edge_types.js";
export { SkontoError, type SkontoErrorCode } from "./errors.js";
export type { Ga4Event, Ga4EventName, Ga4Item, Ga4Params } from "./ga4.js";
export type { Locale } from "./options.js";
