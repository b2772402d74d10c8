// The list of products: title, tiles, "show more". Tiles are kept and only redrawn when offers change.
import type { Ga4Item } from 'skonto'
import { element, fill } from '../element.ts'
import { itemOf, report } from '../ga4.ts'
import { listed, listTitle } from '../listing.ts'
import { offerFor } from '../offers.ts'
import type { Product, ShopData } from '../shop-data.ts'
import { listen, state, tell } from '../state.ts'
import { words } from '../words/index.ts'
import { tile, type Tile } from './tile.ts'

export function shelf(data: ShopData): HTMLElement {
  const tiles = new Map<string, Tile>()
  const list = element('ul', { class: 'tiles' })
  const title = element('h2', { id: 'list-title', tabindex: -1 })
  const amount = element('span', { class: 'amount', 'aria-live': 'polite' })
  const foot = element('div', { class: 'foot' })
  const tileOf = (product: Product) => {
    const known = tiles.get(product.item_id) ?? tile(product)
    tiles.set(product.item_id, known)
    return known
  }
  const draw = () => {
    const products = listed(data.products)
    const shown = products.slice(0, state.limit)
    title.textContent = listTitle()
    amount.textContent = words().products(products.length)
    for (const product of shown) tileOf(product).redraw()
    fill(list, ...shown.map(product => tileOf(product).root))
    fill(foot, ...footOf(products.length - shown.length, shown.length))
    reportSoon(shown)
  }
  const redraw = () => {
    if (state.percentOff !== null) return draw()
    tiles.forEach(known => known.redraw())
    reportSoon(listed(data.products).slice(0, state.limit))
  }
  listen('list', draw)
  listen('offers', redraw)
  draw()
  return element('section', { class: 'shelf', 'aria-labelledby': 'list-title' },
    element('div', { class: 'shelf-head' }, title, amount), list, foot)
}

function footOf(more: number, shown: number): HTMLElement[] {
  if (shown === 0) return [element('p', { class: 'nothing' }, words().nothingFound)]
  const step = Math.min(more, 48)
  return more > 0 ? [element('button', { class: 'secondary', click: () => { state.limit += step; tell('list') } }, words().showMore(step))] : []
}

let settled: ReturnType<typeof setTimeout>
const reported = { list: '', offers: '' }

// Told once the shelf holds still, and only what is new about it: a slider passes through many shelves.
function reportSoon(shown: Product[]): void {
  clearTimeout(settled)
  settled = setTimeout(() => {
    const items = shown.map((product, index) => ({ ...itemOf(product, offerFor(product)), index }))
    const offered = items.filter(item => item.discount)
    if (isNew('list', items)) report('view_item_list', { item_list_name: listTitle(), items })
    if (isNew('offers', offered)) report('view_promotion', { creative_slot: 'shelf', items: offered })
  }, 300)
}

function isNew(kind: keyof typeof reported, items: Ga4Item[]): boolean {
  const identity = items.map(item => `${item.item_id}${kind === 'offers' ? item.coupon : ''}`).join()
  if (identity === reported[kind]) return false
  reported[kind] = identity
  return items.length > 0
}
