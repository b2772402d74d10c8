// The products and household histories of the shop, written by the trainer from a year of real receipts.
import type { Ga4Event } from 'skonto'

export type Product = {
  item_id: string; item_name: string; item_brand: string
  item_category: string; item_category2: string; item_category3: string
  size: string | null; price: number; popularity: number
}
export type Purchase = Ga4Event & { timestamp_ms: number }
export type Household = { id: string; label_en: string; label_zh: string; events: Purchase[] }
export type ShopData = {
  currency: string; data_end_ms: number
  /** Assumed margin of each department, in basis points. */
  departments: Record<string, number>
  products: Product[]; households: Household[]
}

export const week_ms = 7 * 24 * 3600 * 1000

export async function loadShop(): Promise<ShopData> {
  const response = await fetch('/shop.json')
  if (!response.ok) throw new Error(`/shop.json answered ${response.status}`)
  return await response.json() as ShopData
}

/** Whole weeks, so that weekdays and hours stay true, after which the data ends within the last seven days. */
export function weeksToShift(data_end_ms: number, now_ms: number): number {
  return Math.floor((now_ms - data_end_ms) / week_ms)
}

export function shifted(purchase: Purchase, weeks: number): Purchase {
  return { ...purchase, timestamp_ms: purchase.timestamp_ms + weeks * week_ms }
}
