// Says who is shopping, where that history comes from, and what it changed.
import { element, fill } from '../element.ts'
import { changeConsent } from '../consent.ts'
import { localNow, privacyControlIsOn, skonto } from '../engine.ts'
import { weeksToShift, type ShopData } from '../shop-data.ts'
import { listen, state } from '../state.ts'
import { words } from '../words/index.ts'

export function banner(data: ShopData): HTMLElement {
  const who = element('p', { class: 'who' })
  const changed = element('p', { class: 'changed', id: 'changed', 'aria-live': 'polite' })
  const draw = () => {
    const mayAsk = !state.household && !state.consent.learn && !privacyControlIsOn()
    fill(who, `${sentence(data)} `, mayAsk && element('button', { class: 'link', click: allow }, words().replay.allow))
    fill(changed, state.changed && words().replay.differ(state.changed.count, state.changed.of))
    changed.dataset.count = state.changed ? String(state.changed.count) : ''
  }
  listen('offers', draw)
  listen('settings', draw)
  draw()
  return element('section', { class: 'banner' }, element('h1', {}, words().tagline), who, changed)
}

async function allow(): Promise<void> {
  await changeConsent({ learn: true })
  document.querySelector<HTMLElement>('#learn')?.focus()
}

function sentence(data: ShopData): string {
  const text = words().replay
  const household = data.households.find(({ id }) => id === state.household)
  if (!household) {
    const trips = Math.round(skonto.profile().trips)
    return trips > 0 ? text.known(trips) : text.visitor
  }
  const lines = household.events.reduce((sum, { params }) => sum + (params.items?.length ?? 0), 0)
  const told = text.household(household.events.length, lines, weeksToShift(data.data_end_ms, localNow()))
  return state.personalised && !privacyControlIsOn() ? told : `${told} ${text.withoutProfile}`
}
