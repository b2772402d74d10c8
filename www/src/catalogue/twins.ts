// Receipts tell some products apart by number only. Those, and no others, show their number on the shelf.
import type { Product } from '../shop-data.ts'
import { englishNameOf } from './names.ts'
import { shelfSize } from './sizes.ts'

const twins = new Set<string>()

export function findTwins(products: Product[]): void {
  const first = new Map<string, string>()
  for (const product of products) {
    const label = [englishNameOf(product), product.item_brand, shelfSize(product.size)].join('|')
    const earlier = first.get(label)
    if (earlier === undefined) first.set(label, product.item_id)
    else twins.add(earlier).add(product.item_id)
  }
}

/** "№ 995242" for a product that would otherwise look like another, else empty. */
export function numberOf(product: Product): string {
  return twins.has(product.item_id) ? `№ ${product.item_id}` : ''
}
