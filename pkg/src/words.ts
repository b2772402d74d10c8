// The words of the loaded model, in the shopper's language, and the few the engine cannot say when it is gone.

import type { Text } from "./border_table.js";
import type { Engine } from "./engine.js";
import type { Locale } from "./options.js";

const LOCALES: readonly Locale[] = ["en", "zh"];
/** More than there are kinds of text. */
const KINDS = 32;

/** Reasons given when no engine could decide. */
export type OwnReason = "ENGINE_FAILED" | "DESTROYED" | "BAD_REQUEST" | "CARTS_MISSING";

/** In the order of the languages. */
const OWN: Record<OwnReason, readonly string[]> = {
  ENGINE_FAILED: ["The engine failed and was restarted.", "引擎出错，已重新启动。"],
  BAD_REQUEST: ["The request could not be read.", "无法读取请求。"],
  CARTS_MISSING: ["Carts need the entry skonto/cart.", "购物车需要使用 skonto/cart 入口。"],
  DESTROYED: ["The engine was switched off.", "引擎已关闭。"],
};

export class Words {
  /** By language, and there by kind and index as one number. */
  readonly #texts: ((key: number) => string | undefined)[];
  /** Making one takes longer than a decision. */
  readonly #formats = new Map<string, Intl.NumberFormat>();
  #locale = 0;

  constructor(engine: Engine, locale: Locale | undefined) {
    this.#texts = LOCALES.map((_, locale) =>
      engine.remembered((page, key: number) => page.text(key % KINDS, Math.floor(key / KINDS), locale)),
    );
    this.speak(locale);
  }

  /** The text of `kind` at `index`; "" for none. */
  say(kind: Text, index: number): string {
    return this.#texts[this.#locale](index * KINDS + kind) ?? "";
  }

  /** A reason of our own, in words. */
  sayOwn(reason: OwnReason): string {
    return OWN[reason][this.#locale];
  }

  /** A number in the shopper's language, with four digits that matter. */
  write(number: number, style: "decimal" | "percent" = "decimal"): string {
    const locale = LOCALES[this.#locale];
    const format = this.#formats.get(locale + style) ?? new Intl.NumberFormat(locale, { style, maximumSignificantDigits: 4 });
    this.#formats.set(locale + style, format);
    return format.format(number);
  }

  /** Changes the language; one we do not speak changes nothing. */
  speak(locale: unknown): void {
    const index = LOCALES.indexOf(locale as Locale);
    if (index >= 0) this.#locale = index;
  }
}
