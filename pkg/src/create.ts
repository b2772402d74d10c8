// Makes an engine: the only place that may fail, and it does so with a SkontoError.

import type { Skonto } from "./api.js";
import type { Carts } from "./cart.js";
import { SkontoError } from "./errors.js";
import type { SkontoOptions } from "./options.js";
import { LocalSkonto } from "./skonto.js";
import { compile, compileError, type WasmSource } from "./wasm.js";

/** Makes an engine; rejects with a SkontoError when none can run here. */
export type CreateSkonto = (options?: SkontoOptions) => Promise<Skonto>;

/** What an entry brings along to price carts. Only `cart.ts` makes one; what it is, shops' type checkers need not know. */
export type CartsPart = object;

/**
 * A `createSkonto` that knows where its runtime keeps the wasm. Nothing is fetched before it is called. Entries whose
 * wasm prices carts pass what that takes in JavaScript, and the others do without its weight.
 */
export function creator(ownWasm: () => WasmSource | Promise<WasmSource>, carts?: CartsPart): CreateSkonto {
  return async (options = {}) => {
    const module = await compile(options.wasm ?? ownWasm(), options.fetch);
    const skonto = instantiate(module, options, carts as Carts | undefined);
    if (options.model) startWith(options.model, skonto);
    await skonto.recall();
    skonto.models.watch();
    return skonto;
  };
}

function instantiate(module: WebAssembly.Module, options: SkontoOptions, carts: Carts | undefined): LocalSkonto {
  try {
    return new LocalSkonto(module, options, carts);
  } catch (cause) {
    throw compileError(cause);
  }
}

function startWith(model: Uint8Array, skonto: LocalSkonto): void {
  const loaded = skonto.models.load(model);
  if (typeof loaded !== "object") return;
  skonto.destroy();
  throw new SkontoError("MODEL_REFUSED", `the model given as an option was refused: ${loaded.refusal}`);
}
