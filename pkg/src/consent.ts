// What the shopper allows right now. Everything that writes or learns asks here first, at the moment it does so.

import type { Consent } from "./options.js";
import { field } from "./values.js";

export class ConsentGate {
  readonly #asked: Consent = { storage: false, learn: false };

  constructor(given: unknown) {
    this.ask(given);
  }

  /** Takes in what the shopper says, and tells what they deny: what was kept under it must then go. */
  ask(change: unknown): Consent {
    const [storage, learn] = (["storage", "learn"] as const).map((name) => {
      const answer = readAnswer(change, name);
      this.#asked[name] = answer ?? this.#asked[name];
      return answer === false || !this.personalised;
    });
    return { storage, learn };
  }

  /** Whether model and profile may be kept on the device. */
  get storage(): boolean {
    return this.#asked.storage && this.personalised;
  }

  /** Whether events may change the profile. */
  get learn(): boolean {
    return this.#asked.learn && this.personalised;
  }

  /** Whether the profile may count: not under Global Privacy Control, whatever was clicked. */
  get personalised(): boolean {
    return !hasGlobalPrivacyControl();
  }
}

// Only a plain `true` allows; a value we do not understand is no answer.
function readAnswer(change: unknown, name: keyof Consent): boolean | undefined {
  try {
    const answer = field(change, name);
    return typeof answer === "boolean" ? answer : undefined;
  } catch {
    return undefined;
  }
}

function hasGlobalPrivacyControl(): boolean {
  const { navigator } = globalThis as { navigator?: { globalPrivacyControl?: unknown } };
  return navigator?.globalPrivacyControl === true;
}
