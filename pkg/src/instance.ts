// The one owner of the wasm handle, of `free`, and of the views into wasm memory.
// A trap poisons an instance. It is then dropped and the next call starts another from the same module; what the
// new one must know is the caller's business, through `prepare`.

import { freshGlue } from "skonto:page-glue";

export type Page = InstanceType<ReturnType<typeof freshGlue>["Page"]>;

/** Lengths of the two blocks, in numbers. */
const INPUT = 512;
const OUTPUT = 768;

export class Instance {
  readonly #module: WebAssembly.Module;
  readonly #prepare: (page: Page) => void;
  readonly #onTrap: (cause: unknown) => void;
  #page: Page | undefined;
  #memory: WebAssembly.Memory | undefined;
  #input = new Float64Array();
  #output = new Float64Array();
  #isFreed = false;

  /** Throws where the module cannot be instantiated. */
  constructor(module: WebAssembly.Module, prepare: (page: Page) => void, onTrap: (cause: unknown) => void) {
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
  call<T>(work: (page: Page) => T): T | undefined {
    if (this.#isFreed) return undefined;
    try {
      return work(this.#page ?? this.#start());
    } catch (cause) {
      this.#drop();
      this.#onTrap(cause);
      return undefined;
    }
  }

  /** The block calls read from. Valid until the next call that allocates. */
  input(page: Page): Float64Array {
    this.#refresh(page);
    return this.#input;
  }

  /** The block calls write to. Valid until the next call that allocates. */
  output(page: Page): Float64Array {
    this.#refresh(page);
    return this.#output;
  }

  /** Gives the memory back. Every later call is answered `undefined`. */
  free(): void {
    this.#isFreed = true;
    this.#drop();
  }

  #start(): Page {
    // The glue keeps its instance for ever, so every start needs glue of its own.
    const glue = freshGlue();
    const { memory } = glue.initSync({ module: this.#module });
    const page = new glue.Page();
    this.#prepare(page);
    this.#memory = memory;
    this.#page = page;
    return page;
  }

  #drop(): void {
    const page = this.#page;
    this.#page = undefined;
    this.#memory = undefined;
    try {
      page?.free();
    } catch {
      // A poisoned instance may trap again; the garbage collector takes it.
    }
  }

  // Memory that grew has a new buffer, and the old views have length 0.
  #refresh(page: Page): void {
    const { buffer } = this.#memory!;
    if (this.#output.buffer === buffer) return;
    this.#input = new Float64Array(buffer, page.input_ptr(), INPUT);
    this.#output = new Float64Array(buffer, page.output_ptr(), OUTPUT);
  }
}
