// The way through the shop: aisles, and the categories of the chosen aisle.
import { element, fill } from '../element.ts'
import { aisles, categoryOf, type AisleName } from '../catalogue/categories.ts'
import { icon, type IconName } from '../catalogue/icons.ts'
import { anyOffer } from '../listing.ts'
import { countByPercent } from '../offers.ts'
import type { ShopData } from '../shop-data.ts'
import { listen, state, tell } from '../state.ts'
import { named, words } from '../words/index.ts'

export function departments(data: ShopData): HTMLElement {
  const keys = [...new Set(data.products.map(product => product.item_category2))]
  const root = element('nav', { class: 'departments', 'aria-label': words().departments })
  const draw = () => {
    const focused = (document.activeElement as HTMLElement | null)?.dataset.department
    fill(root, element('ul', {}, ...entries(keys)))
    if (focused) root.querySelector<HTMLElement>(`[data-department="${CSS.escape(focused)}"]`)?.focus()
  }
  listen('list', draw)
  listen('offers', draw)
  draw()
  return root
}

function entries(keys: string[]): HTMLElement[] {
  const everything = !state.aisle && !state.category && state.percentOff === null
  const offers = [...countByPercent()].reduce((sum, [percentOff, n]) => sum + (percentOff > 0 ? n : 0), 0)
  const made = [
    entry('all', words().allProducts, 'basket', everything, () => go({})),
    entry('offers', `${words().offersForYou} (${offers})`, 'tag', state.percentOff === anyOffer, () => go({ percentOff: anyOffer })),
  ]
  for (const aisle of Object.keys(aisles) as AisleName[]) {
    const inside = keys.map(categoryOf).filter(category => category.aisle === aisle)
    if (inside.length === 0) continue
    const open = state.aisle === aisle
    made.push(entry(aisle, named(aisles[aisle]), aisles[aisle].icon, open && !state.category, () => go({ aisle })))
    if (!open) continue
    for (const { key, icon: drawing, ...names } of inside.sort((a, b) => a.en.localeCompare(b.en))) {
      made.push(entry(key, named(names), drawing, state.category === key, () => go({ aisle, category: key }), 'inner'))
    }
  }
  return made
}

function entry(key: string, label: string, drawing: IconName, current: boolean, click: () => void, className = ''): HTMLElement {
  return element('li', { class: className },
    element('button', { 'aria-current': current ? 'page' : null, 'data-department': key, click }, icon(drawing), label))
}

function go({ aisle = null, category = null, percentOff = null }: { aisle?: string | null; category?: string | null; percentOff?: number | null }): void {
  Object.assign(state, { aisle, category, percentOff, query: '', limit: 48 })
  const field = document.querySelector<HTMLInputElement>('#search')
  if (field) field.value = ''
  tell('list')
  const shelf = document.querySelector('.shelf')
  if (shelf && shelf.getBoundingClientRect().top < 0) document.getElementById('list-title')?.scrollIntoView()
}
