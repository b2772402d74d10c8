// How many products stand at each depth right now; each part narrows the list to its products.
import { element, fill } from '../element.ts'
import { countByPercent, reasonsForNone } from '../offers.ts'
import { listen, state, tell } from '../state.ts'
import { words } from '../words/index.ts'

export function strip(): HTMLElement {
  const root = element('section', { class: 'strip', 'aria-labelledby': 'strip-title' })
  const draw = () => fill(root, ...parts())
  listen('offers', draw)
  listen('list', draw)
  draw()
  return root
}

function parts(): HTMLElement[] {
  const text = words().strip
  const counts = [...countByPercent()]
  const all = counts.reduce((sum, [, n]) => sum + n, 0)
  const none = counts.find(([percentOff]) => percentOff === 0)?.[1] ?? 0
  return [
    element('h2', { id: 'strip-title' }, text.title(all)),
    element('div', { class: 'strip-bar', 'aria-hidden': 'true' }, ...counts.filter(([, n]) => n > 0).map(([percentOff, n]) => segment(percentOff, n / all))),
    element('ul', { class: 'strip-legend' }, ...counts.map(([percentOff, n]) => element('li', {}, chip(percentOff, n)))),
    element('p', { class: 'strip-words' }, none > all / 2 ? text.mostlyNone(none, all, reasonsForNone()) : text.mixed(all - none, all)),
  ]
}

function segment(percentOff: number, share: number): HTMLElement {
  const made = element('span', { 'data-percent': percentOff })
  made.style.flexGrow = String(share)
  return made
}

function chip(percentOff: number, n: number): HTMLElement {
  const text = words().strip
  const pressed = state.percentOff === percentOff
  return element('button', { class: 'chip', 'aria-pressed': String(pressed), 'data-percent': percentOff, 'data-count': n, 'aria-label': text.percentOff(percentOff, n), click: () => choose(pressed ? null : percentOff) },
    element('span', { class: 'dot' }), percentOff === 0 ? text.none : text.percent(percentOff), element('b', {}, String(n)))
}

function choose(percentOff: number | null): void {
  state.percentOff = percentOff
  tell('list')
  document.querySelector<HTMLElement>(`.strip .chip[data-percent="${percentOff ?? 0}"]`)?.focus()
}
