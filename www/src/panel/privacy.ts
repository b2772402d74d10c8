// What the device keeps, in readable form, and the switches that rule it.
import { kindName } from '../catalogue/names.ts'
import { element, fill, type Child } from '../element.ts'
import { changeConsent, forgetMe } from '../consent.ts'
import { privacyControlIsOn, skonto } from '../engine.ts'
import { decideAgain } from '../offers.ts'
import { listen, state, tell } from '../state.ts'
import { number, words } from '../words/index.ts'
import { toast } from '../view/toast.ts'

const kindsAtFirst = 8

export function privacy(): HTMLElement {
  const root = element('div', { class: 'privacy' })
  const draw = () => {
    const focused = (document.activeElement as HTMLElement | null)?.id
    fill(root, ...switches(), ...profile(), forgetButton(), control())
    if (focused) root.querySelector<HTMLElement>(`#${CSS.escape(focused)}`)?.focus()
  }
  listen('settings', draw)
  draw()
  return root
}

function switches(): Child[] {
  const text = words().panel
  return [
    toggle('learn', text.learn, state.consent.learn, on => changeConsent({ learn: on })),
    toggle('storage', text.storage, state.consent.storage, on => changeConsent({ storage: on })),
    toggle('personalised', text.personalised, state.personalised, async on => {
      state.personalised = on
      skonto.whatIf({ personalised: on })
    }),
  ]
}

function toggle(id: string, label: string, on: boolean, use: (on: boolean) => Promise<void>): HTMLElement {
  const change = async (event: Event) => {
    await use((event.target as HTMLInputElement).checked)
    decideAgain()
    tell('settings')
  }
  return element('label', { class: 'toggle' }, element('input', { id, type: 'checkbox', role: 'switch', checked: on && !privacyControlIsOn(), disabled: privacyControlIsOn(), change }), element('span', {}, label))
}

function profile(): Child[] {
  const text = words().panel
  const { bytes, trips, daysSinceLastTrip, groups } = skonto.profile()
  const size = element('p', { class: 'figure', id: 'profile-size', 'data-bytes': bytes.length, 'data-groups': groups.length }, text.profileSize(bytes.length))
  if (groups.length === 0) return [size, element('p', { class: 'fine' }, text.profileEmpty)]
  const sorted = [...groups].sort((a, b) => b.purchases - a.purchases)
  return [size,
    element('dl', { class: 'facts' },
      element('dt', {}, text.trips), element('dd', {}, number(trips, 1)),
      element('dt', {}, text.lastTrip), element('dd', {}, daysSinceLastTrip === null ? '–' : number(daysSinceLastTrip, 1))),
    element('table', { class: 'kinds' },
      element('thead', {}, element('tr', {}, ...[text.kind, text.bought, text.onOffer, text.daysAgo].map(label => element('th', { scope: 'col' }, label)))),
      element('tbody', {}, ...sorted.slice(0, kindsAtFirst).map(({ group, category, purchases, deals, daysSinceLast }) => element('tr', {},
        element('th', { scope: 'row' }, kindName(group, category)), element('td', {}, number(purchases, 1)), element('td', {}, number(deals, 1)),
        element('td', {}, daysSinceLast === null ? '–' : number(daysSinceLast, 0)))))),
    sorted.length > kindsAtFirst && element('p', { class: 'fine' }, text.moreKinds(sorted.length - kindsAtFirst))]
}

function forgetButton(): HTMLElement {
  const forget = async () => {
    await forgetMe()
    state.household = null
    const picker = document.querySelector<HTMLSelectElement>('#shopper')
    if (picker) picker.value = 'visitor'
    decideAgain('shopper')
    tell('settings')
    toast(words().toast.forgotten)
  }
  return element('button', { class: 'danger', id: 'forget', click: forget }, words().panel.forget)
}

function control(): HTMLElement {
  const text = words().panel
  return element('p', { class: 'fine', id: 'gpc' }, privacyControlIsOn() ? text.gpcOn : text.gpcOff)
}
