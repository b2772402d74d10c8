// One product on the shelf. It is built once and only its offer is redrawn, so focus and place stay.
import { element, fill } from '../element.ts'
import { categoryOf } from '../catalogue/categories.ts'
import { icon } from '../catalogue/icons.ts'
import { nameOf } from '../catalogue/names.ts'
import { shelfSize } from '../catalogue/sizes.ts'
import { numberOf } from '../catalogue/twins.ts'
import { addToCart } from '../cart.ts'
import { offerFor } from '../offers.ts'
import type { Product } from '../shop-data.ts'
import { words } from '../words/index.ts'
import { openDetail } from './detail.ts'
import { badge, price } from './price.ts'
import { toast } from './toast.ts'
import { openWhy } from './why.ts'

export type Tile = { root: HTMLElement; redraw: () => void }

export function tile(product: Product): Tile {
  const name = nameOf(product)
  const { aisle, icon: drawing } = categoryOf(product.item_category2)
  const offer = element('div', { class: 'offer' })
  const corner = element('div', { class: 'corner' })
  const root = element('li', { class: `tile ${aisle}`, 'data-item': product.item_id },
    element('div', { class: 'picture' }, icon(drawing, 'drawing'), corner),
    element('p', { class: 'brand' }, words().brand(product.item_brand)),
    element('h3', {}, element('button', { class: 'name', click: () => openDetail(product) }, name)),
    element('p', { class: 'size' }, [shelfSize(product.size), numberOf(product)].filter(Boolean).join(' · ') || '\u00a0'),
    offer,
    element('div', { class: 'actions' },
      element('button', { class: 'why', 'aria-label': `${words().why} ${name}`, click: () => openWhy(product) }, words().why),
      element('button', { class: 'add', 'aria-label': `${words().add}: ${name}`, click: () => put(product, name) }, icon('plus'))))
  const redraw = () => {
    const decision = offerFor(product)
    root.dataset.arm = decision.arm
    root.dataset.reason = decision.reason
    fill(offer, price(decision))
    fill(corner, badge(decision))
  }
  redraw()
  return { root, redraw }
}

function put(product: Product, name: string): void {
  addToCart(product)
  toast(words().toast.added(name))
}
