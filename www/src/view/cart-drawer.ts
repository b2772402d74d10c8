// The cart from the side, with the promised offers, and in the same place the checkout.
import { element, fill, type Child } from '../element.ts'
import { addToCart, buyCart, cart, reportCart, takeFromCart, totals, type CartLine } from '../cart.ts'
import { icon } from '../catalogue/icons.ts'
import { categoryOf } from '../catalogue/categories.ts'
import { nameOf } from '../catalogue/names.ts'
import { shelfSize } from '../catalogue/sizes.ts'
import { money, words } from '../words/index.ts'
import { openDialog } from './dialog.ts'
import { toast } from './toast.ts'

export function openCart(): void {
  const body = element('div', { class: 'cart' })
  const dialog = openDialog('sheet', words().cartDrawer.title, body)
  const draw = () => fill(body, ...cartBody(draw, checkout))
  const checkout = () => {
    reportCart('begin_checkout')
    fill(body, ...checkoutBody(draw, () => { buyCart(); dialog.close(); toast(words().toast.ordered) }))
    body.querySelector<HTMLElement>('.primary')?.focus()
  }
  draw()
  reportCart('view_cart')
}

function cartBody(draw: () => void, checkout: () => void): Child[] {
  const text = words().cartDrawer
  if (cart.size === 0) return [element('p', { class: 'nothing' }, text.empty)]
  return [
    element('ul', { class: 'lines' }, ...[...cart.values()].map(line => lineView(line, draw))),
    sums(),
    element('p', { class: 'fine' }, text.promise),
    element('button', { class: 'primary', click: checkout }, text.checkout),
  ]
}

function checkoutBody(back: () => void, place: () => void): Child[] {
  const text = words().cartDrawer
  return [
    element('h3', {}, text.confirm),
    element('ul', { class: 'receipt' }, ...[...cart.values()].map(({ product, decision, quantity }) => element('li', {},
      element('span', {}, `${quantity} × ${nameOf(product)}`), element('span', {}, money(decision.priceMinor * quantity, decision.currency))))),
    sums(),
    element('p', { class: 'fine' }, text.demo),
    element('button', { class: 'primary', click: place }, text.place),
    element('button', { class: 'secondary', click: back }, text.back),
  ]
}

function lineView({ product, decision, quantity }: CartLine, draw: () => void): HTMLElement {
  const text = words().cartDrawer
  const name = nameOf(product)
  const { aisle, icon: drawing } = categoryOf(product.item_category2)
  const step = (change: () => void, sign: string) => () => {
    change()
    draw()
    document.querySelector<HTMLElement>(`[data-step="${product.item_id}${sign}"]`)?.focus()
  }
  return element('li', { 'data-item': product.item_id },
    element('span', { class: `thumb ${aisle}` }, icon(drawing)),
    element('div', { class: 'line-name' }, element('b', {}, name),
      element('span', { class: 'fine' }, [shelfSize(product.size), `${money(decision.priceMinor, decision.currency)} ${text.each}`].filter(Boolean).join(' · ')),
      decision.discountMinor > 0 && element('span', { class: 'promise' }, text.promised(decision.percentOff))),
    element('div', { class: 'quantity' },
      element('button', { class: 'round', 'aria-label': text.fewer(name), 'data-step': `${product.item_id}-`, click: step(() => { takeFromCart(product, 1); if (quantity === 1) toast(words().toast.removed(name)) }, '-') }, icon('minus')),
      element('span', { 'aria-live': 'polite' }, String(quantity)),
      element('button', { class: 'round', 'aria-label': text.more(name), 'data-step': `${product.item_id}+`, click: step(() => addToCart(product), '+') }, icon('plus'))),
    element('span', { class: 'line-sum' }, money(decision.priceMinor * quantity, decision.currency)))
}

function sums(): HTMLElement {
  const text = words().cartDrawer
  const { listMinor, payMinor } = totals()
  const currency = [...cart.values()][0]?.decision.currency || 'USD'
  const row = (label: string, minor: number, className = '') => [element('dt', { class: className }, label), element('dd', { class: className }, money(minor, currency))]
  return element('dl', { class: 'sums' }, ...row(text.regular, listMinor),
    ...(listMinor > payMinor ? row(text.saved, payMinor - listMinor, 'saved') : []), ...row(text.total, payMinor, 'total'))
}
