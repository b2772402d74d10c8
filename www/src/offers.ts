// One decision for every product of the shop, made anew whenever something that it rests on has changed.
import type { Decision } from 'skonto'
import type { Product } from './shop-data.ts'
import { skonto } from './engine.ts'
import { itemOf } from './ga4.ts'
import { state, tell } from './state.ts'

let products: Product[] = []
let currency = 'USD'
const decisions = new Map<string, Decision>()
/** How long the last round took. */
export const measured = { decisions: 0, milliseconds: 0 }

export function offerShop(all: Product[], shopCurrency: string): void {
  products = all
  currency = shopCurrency
}

export function requestFor(product: Product) {
  return { item: itemOf(product), currency, placement: 'shelf' }
}

export function offerFor(product: Product): Decision {
  return decisions.get(product.item_id) ?? skonto.decide(requestFor(product))
}

/** Decides every product; after a change of shopper or a purchase, also counts which offers differ. */
export function decideAgain(after?: 'shopper' | 'purchase'): void {
  const before = new Map([...decisions].map(([id, decision]) => [id, decision.arm]))
  const requests = products.map(product => [product.item_id, requestFor(product)] as const)
  const start = performance.now()
  for (const [id, request] of requests) decisions.set(id, skonto.decide(request))
  measured.milliseconds = performance.now() - start
  measured.decisions = requests.length
  if (after) state.changed = { count: differing(before), of: products.length, after }
  tell('offers')
}

/** The same decisions many times over, for a steadier measurement. */
export function measureAgain(rounds = 40): void {
  const requests = products.map(requestFor)
  const start = performance.now()
  for (let round = 0; round < rounds; round += 1) for (const request of requests) skonto.decide(request)
  measured.milliseconds = performance.now() - start
  measured.decisions = requests.length * rounds
}

/** How many products stand at each percentage off, lowest first. */
export function countByPercent(): Map<number, number> {
  const counts = new Map<number, number>()
  for (const { percentOff } of decisions.values()) counts.set(percentOff, (counts.get(percentOff) ?? 0) + 1)
  for (const arm of [...decisions.values()][0]?.arms ?? []) {
    const percentOff = percentOfArm(arm.arm)
    if (!counts.has(percentOff)) counts.set(percentOff, 0)
  }
  return new Map([...counts].sort(([a], [b]) => a - b))
}

/** The reasons given, in words, for offering nothing, the most frequent first, with how often each was. */
export function reasonsForNone(): [reason: string, products: number][] {
  const counts = new Map<string, number>()
  for (const { percentOff, reasonText } of decisions.values()) {
    if (percentOff === 0) counts.set(reasonText, (counts.get(reasonText) ?? 0) + 1)
  }
  return [...counts].sort(([, a], [, b]) => b - a)
}

/** "pct10" is 10; "none" is 0. */
export function percentOfArm(arm: string): number {
  return Number(/\d+/.exec(arm)?.[0] ?? 0)
}

function differing(before: Map<string, string>): number {
  return [...decisions].filter(([id, decision]) => before.has(id) && before.get(id) !== decision.arm).length
}
