// Why a product has its price: the reason, its grounds, the options not taken, and what would change it.
import type { Explanation } from 'skonto'
import { element } from '../element.ts'
import { nameOf } from '../catalogue/names.ts'
import { shelfSize } from '../catalogue/sizes.ts'
import { itemOf, report } from '../ga4.ts'
import { skonto } from '../engine.ts'
import { requestFor } from '../offers.ts'
import type { Product } from '../shop-data.ts'
import { percent, sentence, unbroken, words } from '../words/index.ts'
import { inItsUnit } from '../words/units.ts'
import { openDialog } from './dialog.ts'
import { badge, price } from './price.ts'
import { armTable } from './why-arms.ts'
import { groundsChart } from './why-chart.ts'

export function openWhy(product: Product): void {
  const text = words().explain
  const explanation = skonto.explain(requestFor(product))
  const name = nameOf(product)
  if (explanation.discountMinor > 0) {
    report('select_promotion', { promotion_id: explanation.arm, creative_slot: 'why', items: [itemOf(product, explanation)] })
  }
  const dialog = openDialog('sheet', text.title,
    element('div', { class: 'why-head' },
      element('p', { class: 'why-name' }, [name, shelfSize(product.size)].filter(Boolean).join(', ')),
      price(explanation), badge(explanation)),
    element('p', { class: 'lead' }, explanation.reasonText),
    explanation.contributions.length > 0 && groundsChart(explanation, product),
    explanation.arms.length > 0 && armTable(explanation),
    element('h3', {}, text.nearest),
    element('p', { id: 'nearest' }, nearest(explanation)),
    explanation.disclosure !== '' && element('h3', {}, text.disclosure),
    element('p', {}, explanation.disclosure),
    element('p', { class: 'honest' }, text.honest))
  dialog.classList.add('why-sheet')
  dialog.dataset.item = product.item_id
}

function nearest({ nearestChange, arms }: Explanation): string {
  const text = words().explain
  if (!nearestChange) return text.nearestNone
  const { kind, feature, from, to, arm } = nearestChange
  const label = unbroken(arms.find(outcome => outcome.arm === arm)?.label || arm)
  if (kind === 'margin') return text.nearestMargin(percent(from ?? 0), percent(to), label)
  return text.nearestFeature(sentence(feature), from === null ? text.unknown : inItsUnit(feature, from), inItsUnit(feature, to), label)
}
