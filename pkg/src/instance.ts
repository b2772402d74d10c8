// The one owner of the wasm instance.
// A trap poisons an instance. It is then dropped and the next call starts another from the same module; what the
// new one must know is the caller's business, through `prepare`.

import { freshGlue } from "skonto:page-glue";
import { Border } from "./border.js";

export class Instance {
  readonly #module: WebAssembly.Module;
  readonly #prepare: (page: Border) => void;
  readonly #onTrap: (cause: unknown) => void;
  #page: Border | undefined;
  #isFreed = false;

  /** Throws where the module cannot be instantiated. */
  constructor(module: WebAssembly.Module, prepare: (page: Border) => void, onTrap: (cause: unknown) => void) {
    this.#module = module;
    this.#prepare = prepare;
    this.#onTrap = onTrap;
    this.#start();
  }

  /** Whether `free` was called. */
  get isFreed(): boolean {
    return this.#isFreed;
  }

  /** Runs `work`; undefined when freed, or when `work` met a trap. */
  call<T>(work: (page: Border) => T): T | undefined {
    if (this.#isFreed) return undefined;
    try {
      return work(this.#page ?? this.#start());
    } catch (cause) {
      this.#drop();
      this.#onTrap(cause);
      return undefined;
    }
  }

  /** Gives the memory back. Every later call is answered `undefined`. */
  free(): void {
    this.#isFreed = true;
    this.#drop();
  }

  #start(): Border {
    // The glue keeps its instance for ever, so every start needs glue of its own.
    const glue = freshGlue();
    const { memory } = glue.initSync({ module: this.#module });
    const page = new Border(glue, memory);
    this.#prepare(page);
    this.#page = page;
    return page;
  }

  #drop(): void {
    this.#page = undefined;
  }
}
