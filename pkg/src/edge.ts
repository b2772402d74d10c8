// The edge build behind its four methods. Like the page engine it outlives a trap by starting afresh.

import { freshGlue } from "skonto:edge-glue";
import type { Edge, EdgeDecision, EdgeOptions, EdgeRequest } from "./edge_types.js";
import { SkontoError } from "./errors.js";
import { readCurrency } from "./events.js";
import { MAX_MODEL_BYTES } from "./limits.js";
import { minorDigits, toMinor } from "./money.js";
import { bytes, field, number } from "./values.js";
import { compileError } from "./wasm.js";

type Handle = InstanceType<ReturnType<typeof freshGlue>["Edge"]>;

/** Makes an edge engine; throws a SkontoError when none can run here. */
export type CreateEdge = (options?: EdgeOptions) => Edge;

/** A `createEdge` that knows where its runtime keeps the wasm. Nothing is read before it is called. */
export function edgeCreator(ownWasm: () => WebAssembly.Module | BufferSource): CreateEdge {
  return (options = {}) => {
    const module = compiled(options.wasm ?? ownWasm());
    return new LocalEdge(module, options.model && bytes(options.model, MAX_MODEL_BYTES + 1));
  };
}

class LocalEdge implements Edge {
  readonly #module: WebAssembly.Module;
  readonly #model: Uint8Array | undefined;
  #handle: Handle | undefined;
  #isFreed = false;
  #version: number;

  constructor(module: WebAssembly.Module, model: Uint8Array | undefined) {
    this.#module = module;
    this.#model = model;
    this.#version = this.#start().model_version();
  }

  decide(request: EdgeRequest): EdgeDecision {
    return this.#call((handle) => handle.decide(told(request)) as EdgeDecision) ?? undecided(request, this.#version);
  }

  decideAll(requests: EdgeRequest[]): EdgeDecision[] {
    const decided = this.#call((handle) => handle.decide_all(requests.map(told)) as EdgeDecision[]);
    return decided ?? eachUndecided(requests, this.#version);
  }

  get modelVersion(): number {
    return this.#version;
  }

  free(): void {
    this.#isFreed = true;
    this.#drop();
  }

  #call<T>(work: (handle: Handle) => T): T | undefined {
    if (this.#isFreed) return undefined;
    try {
      return work(this.#handle ?? this.#start());
    } catch {
      this.#drop();
      return undefined;
    }
  }

  #start(): Handle {
    const glue = freshGlue();
    try {
      glue.initSync({ module: this.#module });
    } catch (cause) {
      throw compileError(cause);
    }
    this.#handle = open(glue, this.#model);
    return this.#handle;
  }

  #drop(): void {
    const handle = this.#handle;
    this.#handle = undefined;
    try {
      handle?.free();
    } catch {
      // A poisoned instance may trap again; the garbage collector takes it.
    }
  }
}

function open(glue: ReturnType<typeof freshGlue>, model: Uint8Array | undefined): Handle {
  try {
    return new glue.Edge(model);
  } catch (cause) {
    throw new SkontoError("MODEL_REFUSED", `the model given as an option was refused: ${String(cause)}`, cause);
  }
}

function compiled(wasm: WebAssembly.Module | BufferSource): WebAssembly.Module {
  if (wasm instanceof WebAssembly.Module) return wasm;
  try {
    return new WebAssembly.Module(wasm);
  } catch (cause) {
    throw compileError(cause);
  }
}

// The engine counts in minor units and leaves the table of currencies to the border.
function told(request: EdgeRequest): object {
  const currency = readCurrency(field(request, "currency"));
  return { ...request, currency, currency_digits: minorDigits(currency) };
}

function eachUndecided(requests: EdgeRequest[], version: number): EdgeDecision[] {
  return Array.isArray(requests) ? requests.map((request) => undecided(request, version)) : [];
}

function undecided(request: unknown, version: number): EdgeDecision {
  const list = listPrice(request);
  return {
    ...{ arm: "none", arm_index: 0, depth_bp: 0, discount_minor: 0, price_minor: list, list_minor: list },
    ...{ reason: "ENGINE_FAILED", reason_text: "The engine failed or was switched off.", disclosure: "" },
    ...{ model_version: version, refused_events: 0, profile_refused: false, refused_attributes: 0 },
    ...{ arms: [], explanation: null, cart: null },
  };
}

// What everyone pays when nothing can be worked out: no offers, and shipping in full.
function listPrice(request: unknown): number {
  try {
    const digits = minorDigits(readCurrency(field(request, "currency")));
    const price = (item: unknown): number => toMinor(number(field(item, "price"), NaN), digits) || 0;
    const items = field(request, "items");
    if (!Array.isArray(items)) return price(field(request, "item"));
    const shipping = toMinor(number(field(request, "shipping"), 0), digits) || 0;
    return items.reduce((sum: number, item) => sum + price(item) * number(field(item, "quantity"), 1), shipping);
  } catch {
    return 0;
  }
}
