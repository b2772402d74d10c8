/** Why an engine could not be created. README.md says for each what to do. */
export type SkontoErrorCode =
  | "NO_WEBASSEMBLY"
  | "CSP_BLOCKED"
  | "WASM_MISSING"
  | "WASM_UNREACHABLE"
  | "WASM_IS_HTML"
  | "WASM_INVALID"
  | "MODEL_REFUSED";

/** The only error a caller can meet, and only from `createSkonto` and `createEdge`. */
export class SkontoError extends Error {
  override readonly name = "SkontoError";

  constructor(
    /** Stable, for programs; the message is for people and may change. */
    readonly code: SkontoErrorCode,
    message: string,
    cause?: unknown,
  ) {
    super(`skonto: ${message}`, cause === undefined ? undefined : { cause });
  }
}
