// The two numbers a merchant assumes: margin and the price of the discount budget. Null is the model's own.
import { element } from '../element.ts'
import { skonto } from '../engine.ts'
import { decideAgain } from '../offers.ts'
import type { ShopData } from '../shop-data.ts'
import { state } from '../state.ts'
import { number, percent, words } from '../words/index.ts'

export function terms({ departments }: ShopData): HTMLElement {
  const text = words().panel
  const margins = [...new Set(Object.values(departments))]
  // One number can be shown only where every department has the same.
  const own = margins.length === 1 ? margins[0]! : null
  return element('div', { class: 'terms' },
    slider({ id: 'margin', label: text.margin, help: text.marginHelp, max: 6000, step: 100, start: own ?? 3000,
      own: own === null ? text.own : text.ownValue(percent(own / 10_000, 0)),
      value: () => state.marginBasisPoints, shown: value => percent(value / 10_000, 0),
      use: value => { state.marginBasisPoints = value; skonto.whatIf({ marginBasisPoints: value }) } }),
    slider({ id: 'budget', label: text.budget, help: text.budgetHelp, max: 3, step: 0.05, start: 0, own: text.own,
      value: () => state.budgetPrice, shown: value => number(value),
      use: value => { state.budgetPrice = value; skonto.whatIf({ budgetPrice: value }) } }))
}

type Slider = {
  id: string; label: string; help: string; max: number; step: number
  /** Where the thumb rests while the model's own value is in use. */
  start: number
  /** What is said of the model's own value. */
  own: string
  value: () => number | null; shown: (value: number) => string; use: (value: number | null) => void
}

function slider({ id, label, help, max, step, start, own, value, shown, use }: Slider): HTMLElement {
  const text = words().panel
  const output = element('output', { for: id, id: `${id}-shown` })
  const range = element('input', { id, type: 'range', min: 0, max, step, 'aria-describedby': `${id}-help`, input: () => change(Number(range.value)) })
  const reset = element('button', { class: 'link', click: () => change(null) }, text.reset)
  const draw = () => {
    const now = value()
    output.textContent = now === null ? own : shown(now)
    range.value = String(now ?? start)
    range.classList.toggle('resting', now === null)
    range.setAttribute('aria-valuetext', output.textContent)
    reset.disabled = now === null
  }
  const change = (to: number | null) => { use(to); draw(); decideAgain() }
  draw()
  return element('div', { class: 'slider' },
    element('div', { class: 'slider-head' }, element('label', { for: id }, label), output), range,
    element('p', { class: 'fine', id: `${id}-help` }, help), reset)
}
