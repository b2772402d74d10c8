// Which products the list shows: the chosen aisle, category or offer, the searched words, best sellers first.
import { aisles, categoryOf } from './catalogue/categories.ts'
import { englishNameOf, nameOf } from './catalogue/names.ts'
import { offerFor } from './offers.ts'
import type { Product } from './shop-data.ts'
import { state } from './state.ts'
import { named, words } from './words/index.ts'

/** `state.percentOff` has this value for "any offer at all". */
export const anyOffer = -1

export function listed(products: Product[]): Product[] {
  const terms = state.query.toLowerCase().split(/\s+/).filter(Boolean)
  return products
    .filter(product => inAisle(product) && atPercent(product) && terms.every(term => textOf(product).includes(term)))
    .sort((a, b) => rankOf(a) - rankOf(b) || b.popularity - a.popularity)
}

const ranks = new Map<string, number>()

/** The best seller of each kind comes before any second best, or the shelf would open with six kinds of milk. */
export function rank(products: Product[]): void {
  const sold = new Map<string, number>()
  for (const { item_id, item_category2 } of [...products].sort((a, b) => b.popularity - a.popularity)) {
    const before = sold.get(item_category2) ?? 0
    ranks.set(item_id, before)
    sold.set(item_category2, before + 1)
  }
}

function rankOf({ item_id }: Product): number {
  return ranks.get(item_id) ?? 0
}

export function listTitle(): string {
  const text = words()
  if (state.query.trim()) return text.searchResults(state.query.trim())
  if (state.percentOff === anyOffer) return text.offersForYou
  if (state.percentOff !== null) return text.atPercent(state.percentOff)
  if (state.category) return named(categoryOf(state.category))
  return state.aisle ? named(aisles[state.aisle as keyof typeof aisles]) : text.allProducts
}

function inAisle({ item_category2 }: Product): boolean {
  if (state.category) return state.category === item_category2
  return !state.aisle || state.aisle === categoryOf(item_category2).aisle
}

function atPercent(product: Product): boolean {
  if (state.percentOff === null) return true
  const { percentOff } = offerFor(product)
  return state.percentOff === anyOffer ? percentOff > 0 : percentOff === state.percentOff
}

function textOf(product: Product): string {
  const { en, zh, aisle } = categoryOf(product.item_category2)
  return [englishNameOf(product), nameOf(product), product.item_name, en, zh, aisles[aisle].en, aisles[aisle].zh, product.item_brand].join(' ').toLowerCase()
}
