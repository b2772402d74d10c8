// The facts behind a decision as signed bars that add up to the score, and the sum to check it by.
import type { Contribution, Explanation } from 'skonto'
import { categoryOf } from '../catalogue/categories.ts'
import { nameOf } from '../catalogue/names.ts'
import { element } from '../element.ts'
import type { Product } from '../shop-data.ts'
import { named, percent, sentence, signed, words } from '../words/index.ts'
import { inItsUnit } from '../words/units.ts'

const shownAtFirst = 8

type Line = { label: string; value: string; contribution: number }

export function groundsChart(explanation: Explanation, product: Product): HTMLElement {
  const text = words().explain
  // The package promises the exact sum in the order it gives, the starting point first; sorting is for the eye only.
  const sum = explanation.contributions.reduce((total, { contribution }) => total + contribution, 0)
  const [start, ...facts] = linesOf(explanation.contributions, product)
  const sorted = facts.filter(({ contribution }) => contribution !== 0).sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution))
  const body = element('tbody', {})
  const draw = (all: boolean) => body.replaceChildren(row(start!, null), ...rows(sorted, all ? sorted.length : shownAtFirst, () => draw(true)))
  draw(sorted.length <= shownAtFirst + 1)
  return element('section', {},
    element('h3', {}, text.grounds),
    element('p', { class: 'fine' }, text.groundsHelp),
    element('table', { class: 'grounds' },
      element('thead', {}, element('tr', {}, head(text.feature), head(text.value), head('', 'bar-head'), head(text.share))),
      body, element('tfoot', {}, ...totals(explanation, sum))))
}

// The last two lines are the product's own: their values are its category and its kind.
function linesOf(contributions: Contribution[], product: Product): Line[] {
  const own = [named(categoryOf(product.item_category2)), nameOf(product)]
  return contributions.map(({ feature, value, contribution }, place) => {
    const after = place - contributions.length + own.length
    const shown = after >= 0 ? own[after]! : place === 0 ? '' : value === null ? words().explain.unknown : inItsUnit(feature, value)
    return { label: sentence(feature), value: shown, contribution }
  })
}

function rows(sorted: Line[], shown: number, showAll: () => void): HTMLElement[] {
  const longest = Math.abs(sorted[0]?.contribution ?? 1)
  const made = sorted.slice(0, shown).map(line => row(line, longest))
  const rest = sorted.slice(shown)
  if (rest.length === 0) return made
  const text = words().explain
  const others = rest.reduce((sum, { contribution }) => sum + contribution, 0)
  return [...made, row({ label: text.others(rest.length), value: '', contribution: others }, longest),
    element('tr', {}, element('td', { colspan: 4 }, element('button', { class: 'link', click: showAll }, text.showAll)))]
}

// The starting point is the same for everyone and far longer than what follows, so it has no bar.
function row({ label, value, contribution }: Line, longest: number | null): HTMLElement {
  const bar = element('span', { class: contribution < 0 ? 'bar minus' : 'bar plus' })
  bar.style.setProperty('--share', String(longest ? Math.min(1, Math.abs(contribution) / longest) : 0))
  return element('tr', { class: longest === null ? 'start' : '' },
    element('th', { scope: 'row' }, label), element('td', { class: 'value' }, value),
    element('td', { class: longest === null ? '' : 'axis' }, longest !== null && bar),
    element('td', { 'data-contribution': contribution }, signed(contribution, 3)))
}

function totals({ arms, arm }: Explanation, sum: number): HTMLElement[] {
  const text = words().explain
  const chosen = arms.find(outcome => outcome.arm === arm)
  const none = arms[0]
  const line = (label: string, cell: HTMLElement) => element('tr', {}, element('th', { scope: 'row', colspan: 3 }, label), cell)
  const chance = (share: number) => element('td', {}, percent(share, 2))
  return [
    line(text.sum, element('td', { 'data-sum': sum, 'data-score': chosen?.score ?? sum }, signed(sum, 3))),
    line(text.chance, chance(chosen?.probability ?? 0)),
    ...(none && chosen && none !== chosen ? [line(text.chanceWithout, chance(none.probability))] : []),
  ]
}

function head(label: string, className = ''): HTMLElement {
  return element('th', { scope: 'col', class: className }, label)
}
