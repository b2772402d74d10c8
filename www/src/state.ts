// What the shopper has chosen on this page, and who wants to hear of a change. Nothing here is stored:
// language and theme live in the address, so that the page writes nothing before consent.
import type { Consent } from 'skonto'

export type Locale = 'en' | 'zh'
export type Theme = 'system' | 'light' | 'dark'

const address = new URLSearchParams(location.search)
const languages = address.get('lang') ?? navigator.language

export const state = {
  locale: (languages.startsWith('zh') ? 'zh' : 'en') as Locale,
  theme: (['light', 'dark'].includes(address.get('theme') ?? '') ? address.get('theme') : 'system') as Theme,
  /** The aisle, category or offer depth that the product list is narrowed to. */
  aisle: null as string | null,
  category: null as string | null,
  percentOff: null as number | null,
  query: '',
  /** How many tiles the list shows before "show more". */
  limit: 48,
  /** A household of the data, or null for a new visitor. */
  household: null as string | null,
  /** How the offers of the last change differ from those before it. */
  changed: null as { count: number; of: number; after: 'shopper' | 'purchase' } | null,
  /** What-if terms; null is the model's own. */
  marginBasisPoints: null as number | null,
  budgetPrice: null as number | null,
  personalised: true,
  consent: { storage: false, learn: false } as Consent,
  panelOpen: matchMedia('(min-width: 75rem)').matches,
}

/** offers: decide anew happened · list: other tiles · cart · log: an event was sent · requests · settings */
export type Topic = 'offers' | 'list' | 'cart' | 'log' | 'requests' | 'settings'
const listeners = new Map<Topic, (() => void)[]>()

export function listen(topic: Topic, heard: () => void): void {
  listeners.set(topic, [...(listeners.get(topic) ?? []), heard])
}

export function tell(...topics: Topic[]): void {
  for (const topic of topics) for (const heard of listeners.get(topic) ?? []) heard()
}

/** The page is built anew in another language: nobody listens any more. */
export function forgetListeners(): void {
  listeners.clear()
}

export function rememberInAddress(name: 'lang' | 'theme', value: string): void {
  const url = new URL(location.href)
  url.searchParams.set(name, value)
  history.replaceState(null, '', url)
}
