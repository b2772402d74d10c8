// What every option would have earned, the chosen one marked, the others with the reason they lost.
import type { ArmOutcome, Explanation } from 'skonto'
import { element } from '../element.ts'
import { money, percent, sentence, signedMoney, words } from '../words/index.ts'

// One decision earns fractions of a cent; a thousand of them can be pictured.
const shoppers = 1000

export function armTable({ arms, arm: chosen, currency }: Explanation): HTMLElement {
  const text = words().explain
  return element('section', {},
    element('h3', {}, text.arms),
    element('p', { class: 'fine' }, text.armsHelp),
    element('table', { class: 'arms' },
      element('thead', {}, element('tr', {},
        ...[text.arm, text.chanceShort, text.gain, text.cost].map(label => element('th', { scope: 'col' }, label)))),
      element('tbody', {}, ...arms.map(outcome => row(outcome, outcome.arm === chosen, currency)))))
}

function row(outcome: ArmOutcome, chosen: boolean, currency: string): HTMLElement {
  const gain = outcome.gainMinor * shoppers
  return element('tr', { class: chosen ? 'chosen' : '', 'data-arm': outcome.arm },
    element('th', { scope: 'row' }, sentence(outcome.label || outcome.arm), element('span', { class: 'verdict' }, outcome.verdictText)),
    element('td', {}, percent(outcome.probability, 2)),
    element('td', { class: gain > 0 ? 'good' : gain < 0 ? 'poor' : '' }, signedMoney(gain, currency)),
    element('td', {}, money(outcome.costMinor * shoppers, currency)))
}
