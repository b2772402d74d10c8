// The engine's answers to texts, each asked for once.

/** Texts remembered; a crawler of a hundred thousand products must not fill the memory. */
const MAX_KNOWN = 4096;

export class Known {
  readonly #ask: (text: string) => number | undefined;
  readonly #answers = new Map<string, number>();

  constructor(ask: (text: string) => number | undefined) {
    this.#ask = ask;
  }

  /** The answer to `text`; undefined when the engine has none now. */
  of(text: string): number | undefined {
    const known = this.#answers.get(text);
    if (known !== undefined) return known;
    const answer = this.#ask(text);
    if (answer === undefined) return undefined;
    if (this.#answers.size >= MAX_KNOWN) this.#answers.clear();
    this.#answers.set(text, answer);
    return answer;
  }

  /** Forgets all answers. */
  clear(): void {
    this.#answers.clear();
  }
}
