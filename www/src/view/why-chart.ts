// The grounds of a decision as signed bars that add up to the score, and the sum to check it by.
import type { Contribution, Explanation } from 'skonto'
import { element } from '../element.ts'
import { number, percent, signed, words } from '../words/index.ts'

const shownAtFirst = 9

export function groundsChart(explanation: Explanation): HTMLElement {
  const text = words().explain
  const chosen = explanation.arms.find(outcome => outcome.arm === explanation.arm)
  // The package promises the exact sum in the order it gives; sorting is for the eye only.
  const sum = explanation.contributions.reduce((total, { contribution }) => total + contribution, 0)
  const sorted = explanation.contributions.filter(line => line.contribution !== 0)
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
  const longest = Math.abs(sorted[0]?.contribution ?? 1)
  const body = element('tbody', {})
  const lines = (all: boolean) => body.replaceChildren(...rows(sorted, longest, all ? sorted.length : shownAtFirst, () => lines(true)))
  lines(sorted.length <= shownAtFirst + 1)
  return element('section', {},
    element('h3', {}, text.grounds),
    element('p', { class: 'fine' }, text.groundsHelp),
    element('table', { class: 'grounds' },
      element('thead', {}, element('tr', {}, head(text.feature), head(text.value), head('', 'bar-head'), head(text.share))),
      body,
      element('tfoot', {},
        total(text.sum, sum, 'sum'), total(text.score, chosen?.score ?? sum, 'score'),
        element('tr', {}, element('th', { scope: 'row', colspan: 3 }, text.chance), element('td', {}, percent(chosen?.probability ?? 0, 2))))))
}

function rows(sorted: Contribution[], longest: number, shown: number, showAll: () => void): HTMLElement[] {
  const made = sorted.slice(0, shown).map(line => row(line.feature, line.value, line.contribution, longest))
  const rest = sorted.slice(shown)
  if (rest.length === 0) return made
  const text = words().explain
  const others = rest.reduce((sum, { contribution }) => sum + contribution, 0)
  const more = element('button', { class: 'link', click: showAll }, text.showAll)
  return [...made, row(text.others(rest.length), undefined, others, longest),
    element('tr', {}, element('td', { colspan: 4 }, more))]
}

function row(label: string, value: number | null | undefined, contribution: number, longest: number): HTMLElement {
  const bar = element('span', { class: contribution < 0 ? 'bar minus' : 'bar plus' })
  bar.style.setProperty('--share', String(Math.min(1, Math.abs(contribution) / longest)))
  return element('tr', {},
    element('th', { scope: 'row' }, label), valueCell(value),
    element('td', { class: 'axis' }, bar), element('td', { 'data-contribution': contribution }, signed(contribution, 3)))
}

function valueCell(value: number | null | undefined): HTMLElement {
  if (value === undefined) return element('td', {})
  if (value !== null) return element('td', { class: 'value' }, number(value))
  return element('td', { class: 'value', title: words().explain.unknown, 'aria-label': words().explain.unknown }, '–')
}

function total(label: string, value: number, name: string): HTMLElement {
  return element('tr', { class: 'total' },
    element('th', { scope: 'row', colspan: 3 }, label), element('td', { [`data-${name}`]: value }, signed(value, 6)))
}

function head(label: string, className = ''): HTMLElement {
  return element('th', { scope: 'col', class: className }, label)
}
