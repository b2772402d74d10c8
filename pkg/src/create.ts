// Makes an engine: the only place that may fail, and it does so with a SkontoError.

import { Advisor } from "./advisor.js";
import type { Skonto } from "./api.js";
import { SkontoError } from "./errors.js";
import type { SkontoOptions } from "./options.js";
import { type Wired, wire } from "./skonto.js";
import { compile, compileError, type WasmSource } from "./wasm.js";

/** Makes an engine; rejects with a SkontoError when none can run here. */
export type CreateSkonto = (options?: SkontoOptions) => Promise<Skonto>;

/** What advises in an engine; which class it is, shops' type checkers need not know. */
export type AdvisorClass = object;

/**
 * A `createSkonto` that knows where its runtime keeps the wasm. Nothing is fetched before it is called. Entries whose
 * wasm prices carts pass the advisor that does, and the others do without its weight.
 */
export function creator(ownWasm: () => WasmSource | Promise<WasmSource>, advisor: AdvisorClass = Advisor): CreateSkonto {
  return async (options = {}) => {
    const module = await compile(options.wasm ?? ownWasm(), options.fetch);
    const { skonto, models, recall, watch } = instantiate(module, options, advisor as typeof Advisor);
    const refusal = options.model && models.load(options.model).reason;
    if (refusal) {
      skonto.destroy();
      throw new SkontoError("MODEL_REFUSED", `the model given as an option was refused: ${refusal}`);
    }
    await recall();
    watch();
    return skonto;
  };
}

function instantiate(module: WebAssembly.Module, options: SkontoOptions, advisor: typeof Advisor): Wired {
  try {
    return wire(module, options, advisor);
  } catch (cause) {
    throw compileError(cause);
  }
}
