// The events of this visit, newest first.
import { element, fill } from '../element.ts'
import { log } from '../ga4.ts'
import { listen } from '../state.ts'
import { words } from '../words/index.ts'

export function eventLog(): HTMLElement {
  const text = words().panel
  const list = element('ol', { class: 'log', id: 'log' })
  const draw = () => fill(list, ...(log.length === 0 ? [element('li', {}, text.logEmpty)] : log.map(({ name, detail, taken }) =>
    element('li', { 'data-event': name }, element('code', {}, name), element('span', {}, detail), !taken && element('em', {}, text.notTaken)))))
  listen('log', draw)
  draw()
  return element('div', {}, element('p', { class: 'fine' }, text.logHelp), list)
}
