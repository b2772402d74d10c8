// Behind the scenes: what decides, on which assumptions, how fast, from which data. Beside the shop on a wide
// screen, over it on a phone.
import { element } from '../element.ts'
import { icon } from '../catalogue/icons.ts'
import type { ShopData } from '../shop-data.ts'
import { listen, state, tell } from '../state.ts'
import { words } from '../words/index.ts'
import { eventLog } from './event-log.ts'
import { model } from './model.ts'
import { privacy } from './privacy.ts'
import { speed } from './speed.ts'
import { terms } from './terms.ts'

export function panel(data: ShopData): HTMLElement {
  const text = words()
  const close = () => { state.panelOpen = false; tell('settings'); document.querySelector<HTMLElement>('.panel-button')?.focus() }
  const closer = element('button', { class: 'round', 'aria-label': text.close, click: close }, icon('close'))
  const root = element('aside', { class: 'panel', id: 'panel', 'aria-labelledby': 'panel-title' },
    element('header', {}, element('h2', { id: 'panel-title' }, text.behindTheScenes), closer),
    section('terms', text.panel.terms, true, terms(data)),
    section('speed', text.panel.speed, true, speed()),
    section('privacy', text.panel.privacy, true, privacy()),
    section('model', text.panel.model, false, model()),
    section('log', text.panel.log, false, eventLog()))
  root.addEventListener('keydown', event => { if (event.key === 'Escape') close() })
  const draw = () => {
    const opens = root.hidden && state.panelOpen
    root.hidden = !state.panelOpen
    document.documentElement.classList.toggle('with-panel', state.panelOpen)
    if (opens) closer.focus({ preventScroll: true })
  }
  root.hidden = !state.panelOpen
  listen('settings', draw)
  draw()
  return root
}

function section(name: string, title: string, open: boolean, content: HTMLElement): HTMLElement {
  return element('details', { open, class: `section-${name}` }, element('summary', {}, title), content)
}
