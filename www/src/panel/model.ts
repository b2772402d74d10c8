// Which model decides, and a look for a newer one: from the shop, or from an address that answers badly.
import { element } from '../element.ts'
import { skonto, updateSource } from '../engine.ts'
import { words } from '../words/index.ts'

const faults = ['404', '500', 'html200', 'truncated', 'bitflip', 'trailing', 'empty', 'oversized', 'stall', 'lying-etag', 'older-version']

export function model(): HTMLElement {
  const text = words().panel
  const version = element('p', { class: 'figure', id: 'model-version', 'data-version': skonto.modelVersion }, text.version(skonto.modelVersion))
  const outcome = element('p', { id: 'update-outcome', class: 'fine', 'aria-live': 'polite' })
  const source = element('select', { id: 'update-source', change: () => { updateSource.url = source.value } },
    element('option', { value: '/models/current.skonto' }, text.sources.current),
    element('option', { value: '/models/newer.skonto' }, text.sources.newer),
    ...faults.map(fault => element('option', { value: `/updates/${fault}/model.skonto` }, text.sources.fault(fault))))
  source.value = updateSource.url
  const look = async () => {
    outcome.textContent = text.checking
    outcome.dataset.status = 'checking'
    const { status, version: now, reason } = await skonto.update()
    outcome.textContent = text.outcome(status, now, reason ?? '').trim()
    outcome.dataset.status = status
    version.textContent = text.version(skonto.modelVersion)
    version.dataset.version = String(skonto.modelVersion)
  }
  return element('div', { class: 'model' }, version,
    element('label', { class: 'picker' }, element('span', {}, text.source), source),
    element('button', { class: 'secondary', id: 'update', click: look }, text.check), outcome,
    element('a', { href: '/report.html', target: '_blank', rel: 'noopener' }, text.report))
}
