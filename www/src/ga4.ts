// Tells skonto what the shopper does, in GA4's words, and keeps the list that the events log shows.
import type { Decision, Ga4Item, Ga4Params } from 'skonto'
import type { Product } from './shop-data.ts'
import { skonto } from './engine.ts'
import { words } from './words/index.ts'
import { tell } from './state.ts'
import { englishNameOf } from './catalogue/names.ts'

export type LogLine = { name: string; detail: string; taken: boolean }
const kept = 60
export const log: LogLine[] = []

export function report(name: string, params: Ga4Params): void {
  const { taken } = skonto.observe({ name, params })
  log.unshift({ name, detail: summary(params), taken })
  log.length = Math.min(log.length, kept)
  tell('log')
}

/** The product as GA4 has it: with a decision, `price` is net of `discount`. */
export function itemOf(product: Product, decision?: Decision, quantity = 1): Ga4Item {
  const digits = decision ? minorPerMajor(decision) : 1
  return {
    item_id: product.item_id, item_name: englishNameOf(product), item_brand: product.item_brand,
    item_category: product.item_category, item_category2: product.item_category2, item_category3: product.item_category3,
    price: decision ? decision.priceMinor / digits : product.price,
    ...(decision?.discountMinor ? { discount: decision.discountMinor / digits, coupon: decision.arm } : {}),
    quantity,
  }
}

function minorPerMajor(decision: Decision): number {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency: decision.currency || 'USD' })
  return 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2)
}

function summary({ items, value, currency, search_term, transaction_id }: Ga4Params): string {
  const parts = [
    search_term === undefined ? '' : `“${search_term}”`,
    items?.length === 1 ? String(items[0]!.item_name ?? items[0]!.item_id) : items ? words().panel.items(items.length) : '',
    value === undefined ? '' : `${value.toFixed(2)} ${currency ?? ''}`,
    transaction_id ?? '',
  ]
  return parts.filter(part => part.trim() !== '').join(' · ')
}
