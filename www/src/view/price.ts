// A price with room for an offer: the old price keeps its line even where there is none, so nothing shifts.
import type { Decision } from 'skonto'
import { element } from '../element.ts'
import { money, words } from '../words/index.ts'

export function price(decision: Decision): HTMLElement {
  const { listMinor, priceMinor, discountMinor, currency } = decision
  const offered = discountMinor > 0
  return element('p', { class: offered ? 'price offered' : 'price' },
    element('span', { class: 'now' }, hidden(offered ? words().offerPrice : words().regularPrice), money(priceMinor, currency)),
    element('s', { class: 'before', 'aria-hidden': offered ? null : 'true' }, offered && hidden(words().regularPrice), offered ? money(listMinor, currency) : '\u00a0'))
}

export function badge({ percentOff }: Decision): HTMLElement {
  return element('span', { class: percentOff > 0 ? 'badge shown' : 'badge', 'data-percent': percentOff },
    percentOff > 0 ? `−${percentOff}\u00a0%` : '')
}

function hidden(text: string): HTMLElement {
  return element('span', { class: 'unseen' }, `${text}: `)
}
