// One product in full.
import { element } from '../element.ts'
import { categoryOf } from '../catalogue/categories.ts'
import { icon } from '../catalogue/icons.ts'
import { nameOf } from '../catalogue/names.ts'
import { shelfSize } from '../catalogue/sizes.ts'
import { addToCart } from '../cart.ts'
import { itemOf, report } from '../ga4.ts'
import { offerFor } from '../offers.ts'
import type { Product } from '../shop-data.ts'
import { named, words } from '../words/index.ts'
import { openDialog } from './dialog.ts'
import { badge, price } from './price.ts'
import { toast } from './toast.ts'
import { openWhy } from './why.ts'

export function openDetail(product: Product): void {
  const text = words()
  const decision = offerFor(product)
  const items = [itemOf(product, decision)]
  const name = nameOf(product)
  const category = categoryOf(product.item_category2)
  report('select_item', { items })
  if (decision.discountMinor > 0) report('select_promotion', { promotion_id: decision.arm, creative_slot: 'shelf', items })
  report('view_item', { currency: decision.currency, value: items[0]!.price ?? 0, items })
  const dialog = openDialog('card', name,
    element('div', { class: `detail ${category.aisle}` },
      element('div', { class: 'picture' }, icon(category.icon, 'drawing'), element('div', { class: 'corner' }, badge(decision))),
      element('div', { class: 'facts' },
        element('p', { class: 'size' }, [named(category), text.brand(product.item_brand), shelfSize(product.size), `№ ${product.item_id}`].filter(Boolean).join(' · ')),
        price(decision),
        element('p', { class: 'reason' }, decision.reasonText),
        element('div', { class: 'actions' },
          element('button', { class: 'primary', click: () => { addToCart(product); dialog.close(); toast(text.toast.added(name)) } }, text.add),
          element('button', { class: 'secondary', click: () => { dialog.close(); openWhy(product) } }, text.why)),
        element('p', { class: 'fine' }, decision.disclosure))))
}
