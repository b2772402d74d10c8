// What every option would have earned, the chosen one marked, the others with the reason they lost.
import type { ArmOutcome, Explanation } from 'skonto'
import { element } from '../element.ts'
import { percent, signed, words } from '../words/index.ts'

export function armTable(explanation: Explanation): HTMLElement {
  const text = words().explain
  return element('section', {},
    element('h3', {}, text.arms),
    element('p', { class: 'fine' }, text.armsHelp),
    element('table', { class: 'arms' },
      element('thead', {}, element('tr', {},
        ...[text.arm, text.chance, text.gain, text.cost].map(label => element('th', { scope: 'col' }, label)))),
      element('tbody', {}, ...explanation.arms.map(arm => row(arm, arm.arm === explanation.arm)))))
}

function row(arm: ArmOutcome, chosen: boolean): HTMLElement {
  const text = words().explain
  return element('tr', { class: chosen ? 'chosen' : '', 'data-arm': arm.arm },
    element('th', { scope: 'row' }, arm.label || arm.arm, element('span', { class: 'verdict' }, arm.verdictText)),
    element('td', {}, percent(arm.probability, 2)),
    element('td', { class: arm.gainMinor > 0 ? 'good' : arm.gainMinor < 0 ? 'poor' : '' }, `${signed(arm.gainMinor)} ${text.cents}`),
    element('td', {}, `${signed(arm.costMinor).replace('+', '')} ${text.cents}`))
}
