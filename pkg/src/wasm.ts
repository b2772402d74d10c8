// From wherever the wasm lies to a compiled module, or a SkontoError that says what to do.

import { SkontoError } from "./errors.js";

/** Where the engine's wasm may come from. */
export type WasmSource = WebAssembly.Module | BufferSource | URL | string | Response;

/** Compiles `source`, fetching it first where it is an address. */
export async function compile(
  source: WasmSource | Promise<WasmSource>,
  fetcher: typeof fetch | undefined,
): Promise<WebAssembly.Module> {
  if (typeof WebAssembly !== "object") throw new SkontoError("NO_WEBASSEMBLY", "this runtime has no WebAssembly");
  const given = await arrival(source, fetcher);
  try {
    return given instanceof WebAssembly.Module ? given : await WebAssembly.compile(given);
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
      throw new SkontoError("WASM_MISSING", "pass `wasm`, for example from skonto/skonto.wasm");
    }
    if (typeof given === "string" || given instanceof URL) return await body(await (fetcher ?? fetch)(given), given);
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
async function body(response: Response, address: string | URL): Promise<ArrayBuffer> {
  if (!response.ok) throw new SkontoError("WASM_UNREACHABLE", `${address} answered ${response.status}`);
  const bytes = await response.arrayBuffer();
  if (/^\s*</.test(new TextDecoder().decode(bytes.slice(0, 64)))) {
    const advice = "in Vite add optimizeDeps: {exclude: ['skonto']} or import skonto/inline";
    throw new SkontoError("WASM_IS_HTML", `${address} answered HTML instead of wasm; ${advice}`);
  }
  return bytes;
}
