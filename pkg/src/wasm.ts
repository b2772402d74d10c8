// From wherever the wasm lies to a compiled module, or a SkontoError that says what to do.

import { SkontoError } from "./errors.js";

/** Where the engine's wasm may come from. */
export type WasmSource = WebAssembly.Module | BufferSource | URL | string | Response;

/** Compiles `source`, fetching it first where it is an address. */
export async function compile(
  source: WasmSource | Promise<WasmSource>,
  fetcher: typeof fetch | undefined,
): Promise<WebAssembly.Module> {
  if (typeof WebAssembly !== "object") {
    throw new SkontoError("NO_WEBASSEMBLY", "this runtime has no WebAssembly, so no engine can run here");
  }
  const given = await arrival(source, fetcher);
  if (given instanceof WebAssembly.Module) return given;
  try {
    return await WebAssembly.compile(given);
  } catch (cause) {
    throw compileError(cause);
  }
}

/** What a failed compilation means: a content security policy, or bytes that are no wasm. */
export function compileError(cause: unknown): SkontoError {
  const message = String((cause as Error | undefined)?.message ?? cause);
  if (/unsafe-eval|content security policy|disallowed by embedder/i.test(message)) {
    return new SkontoError("CSP_BLOCKED", "the page's CSP forbids wasm; add 'wasm-unsafe-eval' to script-src", cause);
  }
  return new SkontoError("WASM_INVALID", `the wasm does not compile: ${message}`, cause);
}

async function arrival(
  source: WasmSource | Promise<WasmSource>,
  fetcher: typeof fetch | undefined,
): Promise<WebAssembly.Module | BufferSource> {
  try {
    const given = await source;
    if (given === undefined || given === null) {
      throw new SkontoError("WASM_MISSING", "no wasm was given; pass `wasm`, for example from skonto/skonto.wasm");
    }
    if (typeof given === "string" || given instanceof URL) {
      return await body(await (fetcher ?? fetch)(given), String(given));
    }
    return isResponse(given) ? await body(given, given.url) : given;
  } catch (cause) {
    if (cause instanceof SkontoError) throw cause;
    throw new SkontoError("WASM_UNREACHABLE", `the wasm could not be fetched: ${String(cause)}`, cause);
  }
}

function isResponse(given: WasmSource): given is Response {
  return typeof given === "object" && "arrayBuffer" in given;
}

// Bytes rather than compileStreaming: a development server answers HTML with 200, and only bytes can tell.
async function body(response: Response, address: string): Promise<ArrayBuffer> {
  if (!response.ok) {
    throw new SkontoError("WASM_UNREACHABLE", `fetching the wasm from ${address} was answered ${response.status}`);
  }
  const bytes = await response.arrayBuffer();
  if (!startsAsWasm(bytes)) {
    const isHtml = /html/i.test(response.headers.get("content-type") ?? "") || startsAsMarkup(bytes);
    if (!isHtml) throw new SkontoError("WASM_INVALID", `what came from ${address} is not wasm`);
    const advice = "in Vite add optimizeDeps: {exclude: ['skonto']} or import skonto/inline";
    throw new SkontoError("WASM_IS_HTML", `got HTML instead of wasm from ${address}; ${advice}`);
  }
  return bytes;
}

function startsAsWasm(bytes: ArrayBuffer): boolean {
  return bytes.byteLength >= 8 && new DataView(bytes).getUint32(0) === 0x0061736d;
}

function startsAsMarkup(bytes: ArrayBuffer): boolean {
  return new TextDecoder().decode(bytes.slice(0, 64)).trimStart().startsWith("<");
}
