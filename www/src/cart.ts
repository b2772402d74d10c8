// The cart. A line keeps the decision under which its product was put in: that offer is a promise.
import type { Decision } from 'skonto'
import { itemOf, report } from './ga4.ts'
import { decideAgain, offerFor } from './offers.ts'
import type { Product } from './shop-data.ts'
import { tell } from './state.ts'

export type CartLine = { product: Product; decision: Decision; quantity: number }
/** By item_id, in the order in which products were added. */
export const cart = new Map<string, CartLine>()

export function addToCart(product: Product): void {
  const line = cart.get(product.item_id) ?? { product, decision: offerFor(product), quantity: 0 }
  cart.set(product.item_id, line)
  line.quantity += 1
  report('add_to_cart', paramsOf([{ ...line, quantity: 1 }]))
  decideAgain()
  tell('cart')
}

export function takeFromCart(product: Product, quantity: number): void {
  const line = cart.get(product.item_id)
  if (!line) return
  const taken = Math.min(quantity, line.quantity)
  line.quantity -= taken
  if (line.quantity === 0) cart.delete(product.item_id)
  report('remove_from_cart', paramsOf([{ ...line, quantity: taken }]))
  decideAgain()
  tell('cart')
}

/** Reports the purchase, empties the cart and decides everything anew. */
export function buyCart(): void {
  const bytes = crypto.getRandomValues(new Uint8Array(4))
  const transaction_id = `demo-${Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')}`
  report('purchase', { ...paramsOf([...cart.values()]), transaction_id })
  cart.clear()
  decideAgain('purchase')
  tell('cart', 'settings')
}

export function reportCart(name: 'view_cart' | 'begin_checkout'): void {
  report(name, paramsOf([...cart.values()]))
}

export function totals(): { pieces: number; listMinor: number; payMinor: number } {
  const sum = { pieces: 0, listMinor: 0, payMinor: 0 }
  for (const { decision, quantity } of cart.values()) {
    sum.pieces += quantity
    sum.listMinor += decision.listMinor * quantity
    sum.payMinor += decision.priceMinor * quantity
  }
  return sum
}

function paramsOf(lines: CartLine[]) {
  const items = lines.map(({ product, decision, quantity }) => itemOf(product, decision, quantity))
  const value = items.reduce((sum, item) => sum + (item.price ?? 0) * (item.quantity ?? 1), 0)
  return { currency: lines[0]?.decision.currency || 'USD', value: Math.round(value * 1000) / 1000, items }
}
