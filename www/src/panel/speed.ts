// How long the decisions took, and how many requests there were: both measured here and now.
import { element, fill } from '../element.ts'
import { measureAgain, measured } from '../offers.ts'
import { requests } from '../requests.ts'
import { listen } from '../state.ts'
import { milliseconds, number, words } from '../words/index.ts'

export function speed(): HTMLElement {
  const text = words().panel
  const time = element('p', { class: 'time' })
  const count = element('p', { class: 'figure', id: 'requests' })
  const names = element('p', { class: 'fine' })
  const draw = () => {
    const each = milliseconds(measured.milliseconds / Math.max(1, measured.decisions))
    time.textContent = text.perDecision(measured.decisions, milliseconds(measured.milliseconds), each)
    count.textContent = text.requests(requests.length)
    count.dataset.count = number(requests.length, 0)
    fill(names, requests.length === 0 ? text.requestsHelp : [...new Set(requests)].join(', '))
  }
  listen('offers', draw)
  listen('requests', draw)
  draw()
  return element('div', { class: 'speed' }, count, names, time,
    element('button', { class: 'link', click: () => { measureAgain(); draw() } }, text.measure))
}
