// The words of the language in use, and numbers as that language writes them.
import { state } from '../state.ts'
import { en, type Words } from './en.ts'
import { zh } from './zh.ts'

export function words(): Words {
  return state.locale === 'zh' ? zh : en
}

/** The name of something that is named in both languages. */
export function named(names: { en: string; zh: string }): string {
  return names[state.locale]
}

export function number(value: number, digits = 2): string {
  return new Intl.NumberFormat(tag(), { maximumFractionDigits: digits }).format(value)
}

export function signed(value: number, digits = 2): string {
  const format = new Intl.NumberFormat(tag(), { minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay: 'exceptZero' })
  return format.format(value).replace('-', '\u2212')
}

export function percent(share: number, digits = 1): string {
  return new Intl.NumberFormat(tag(), { style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits }).format(share).replace('%', state.locale === 'en' ? '\u00a0%' : '%')
}

/** An amount in minor units (cents), as money. */
export function money(minor: number, currency: string): string {
  const format = new Intl.NumberFormat(tag(), { style: 'currency', currency, currencyDisplay: 'narrowSymbol' })
  return format.format(minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2)).replace('-', '\u2212')
}

/** The same with its sign, where nothing has none. */
export function signedMoney(minor: number, currency: string): string {
  return minor > 0 ? `+${money(minor, currency)}` : money(minor, currency)
}

/** A label of the model, as it stands alone: a capital first, and no line break before a percent sign. */
export function sentence(label: string): string {
  return unbroken(label.charAt(0).toUpperCase() + label.slice(1))
}

/** No line break before a percent sign. */
export function unbroken(text: string): string {
  return text.replaceAll(' %', '\u00a0%')
}

export function milliseconds(value: number): string {
  return value < 0.1 ? `${number(value * 1000, 1)} µs` : `${number(value, 1)} ms`
}

/** The language tag for `lang` and Intl. */
export function tag(): string {
  return state.locale === 'zh' ? 'zh-CN' : 'en-US'
}
