// The words of the loaded model, in the shopper's language, and the few the engine cannot say when it is gone.

import type { Engine } from "./engine.js";
import type { Locale } from "./options.js";

/** The kinds of text, as the engine numbers them. */
export const TEXT = {
  group: 0,
  category: 1,
  feature: 2,
  arm: 3,
  reason: 4,
  verdict: 5,
  armId: 6,
  reasonCode: 7,
  verdictCode: 8,
  disclosure: 9,
  attribute: 12,
  attributeKind: 13,
  change: 14,
  offer: 15,
  offerWhat: 16,
  offerCurrency: 17,
  refusal: 18,
  circumstance: 19,
  field: 21,
} as const;

const LOCALES: readonly Locale[] = ["en", "zh"];

/** Reasons given when no engine could decide. */
export type OwnReason = "ENGINE_FAILED" | "DESTROYED" | "BAD_REQUEST" | "CARTS_MISSING";

const OWN: Record<OwnReason, Record<Locale, string>> = {
  ENGINE_FAILED: { en: "The engine failed and was restarted.", zh: "引擎出错，已重新启动。" },
  BAD_REQUEST: { en: "The request could not be read.", zh: "无法读取请求。" },
  CARTS_MISSING: { en: "Carts need the entry skonto/cart.", zh: "购物车需要使用 skonto/cart 入口。" },
  DESTROYED: { en: "The engine was switched off.", zh: "引擎已关闭。" },
};

export class Words {
  readonly #engine: Engine;
  readonly #known = new Map<string, string>();
  #locale: Locale;

  constructor(engine: Engine, locale: Locale) {
    this.#engine = engine;
    this.#locale = locale;
  }

  /** The text of `kind` at `index`; "" for none. */
  say(kind: keyof typeof TEXT, index: number): string {
    const key = `${kind} ${index}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const locale = LOCALES.indexOf(this.#locale);
    const said = this.#engine.ask((page) => page.text(TEXT[kind], index, locale));
    if (said !== undefined) this.#known.set(key, said);
    return said ?? "";
  }

  /** A reason of our own, in words. */
  sayOwn(reason: OwnReason): string {
    return OWN[reason][this.#locale];
  }

  /** A number in the shopper's language, with four digits that matter. */
  write(number: number, style: "decimal" | "percent" = "decimal"): string {
    return number.toLocaleString(this.#locale, { style, maximumSignificantDigits: 4 });
  }

  /** Changes the language; one we do not speak changes nothing. */
  speak(locale: Locale): void {
    if (!LOCALES.includes(locale)) return;
    this.#locale = locale;
    this.refresh();
  }

  /** Forgets the words of a model that is no longer loaded. */
  refresh(): void {
    this.#known.clear();
  }
}
