// What a shopper calls a product, or the kind of product that the model learnt.
import type { Product } from '../shop-data.ts'
import { state } from '../state.ts'
import { labels } from './labels.ts'

/** The shelf label in the language of the page. */
export function nameOf(product: Product): string {
  return label(product.item_category3, state.locale === 'zh' ? 1 : 0) ?? product.item_name
}

/** The shelf label in English, for events and for the search. */
export function englishNameOf(product: Product): string {
  return label(product.item_category3, 0) ?? product.item_name
}

/** A group of the model, named "CATEGORY/TYPE", as a shelf label. */
export function kindName(group: string, category: string): string {
  const type = group.startsWith(`${category}/`) ? group.slice(category.length + 1) : group
  return label(type, state.locale === 'zh' ? 1 : 0) ?? type.charAt(0) + type.slice(1).toLowerCase()
}

function label(type: string, language: 0 | 1): string | undefined {
  return Object.hasOwn(labels, type) ? labels[type]![language] : undefined
}
