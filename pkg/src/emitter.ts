// Tells listeners. A listener that throws harms nobody, and one that causes its own event is not called again.

export class Emitter<Events> {
  readonly #listeners = new Map<keyof Events, Set<(detail: never) => void>>();
  readonly #telling = new Set<keyof Events>();

  /** Calls `listener` on every `name` until the returned function is called. */
  on<Name extends keyof Events>(name: Name, listener: (detail: Events[Name]) => void): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  /** Tells everyone who listens to `name`. */
  emit<Name extends keyof Events>(name: Name, detail: Events[Name]): void {
    const listeners = this.#listeners.get(name) as Set<(detail: Events[Name]) => void> | undefined;
    if (!listeners || this.#telling.has(name)) return;
    this.#telling.add(name);
    for (const listener of [...listeners]) {
      try {
        listener(detail);
      } catch {
        // The shop's fault stays the shop's: a broken listener must not cost a decision.
      }
    }
    this.#telling.delete(name);
  }

  /** Forgets all listeners. */
  clear(): void {
    this.#listeners.clear();
  }
}
