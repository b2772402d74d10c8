// The bar at the top: search, who is shopping, language, theme, cart.
import { element, fill } from '../element.ts'
import { icon } from '../catalogue/icons.ts'
import { totals } from '../cart.ts'
import { report } from '../ga4.ts'
import { becomeHousehold, becomeVisitor } from '../shopper.ts'
import type { ShopData } from '../shop-data.ts'
import { listen, rememberInAddress, state, tell, type Locale, type Theme } from '../state.ts'
import { money, words } from '../words/index.ts'
import { openCart } from './cart-drawer.ts'
import { toast } from './toast.ts'

export function header(data: ShopData, speak: (locale: Locale) => void): HTMLElement {
  return element('header', { class: 'top' },
    element('a', { class: 'skip', href: '#list-title' }, words().skipToProducts),
    element('a', { class: 'logo', href: '#list-title' }, element('span', { class: 'mark', 'aria-hidden': 'true' }, 's'), words().shop),
    search(), shopperPicker(data), languagePicker(speak), themePicker(), panelButton(), cartButton(data.currency))
}

function search(): HTMLElement {
  let pause: ReturnType<typeof setTimeout>
  const input = (event: Event) => {
    state.query = (event.target as HTMLInputElement).value
    Object.assign(state, { aisle: null, category: null, percentOff: null, limit: 48 })
    tell('list')
    clearTimeout(pause)
    pause = setTimeout(() => { if (state.query.trim()) report('search', { search_term: state.query.trim() }) }, 600)
  }
  return element('label', { class: 'search' }, element('span', { class: 'unseen' }, words().searchLabel), icon('search'),
    element('input', { id: 'search', type: 'search', placeholder: words().searchHint, autocomplete: 'off', value: state.query, input }))
}

function shopperPicker(data: ShopData): HTMLElement {
  const change = async (event: Event) => {
    const household = data.households.find(({ id }) => id === (event.target as HTMLSelectElement).value)
    if (!household) await becomeVisitor()
    else if (await becomeHousehold(household, data)) toast(words().replay.learnOn)
  }
  const options: [string | null, string][] = [[null, words().newVisitor],
    ...data.households.map(({ id, label_en, label_zh }): [string, string] => [id, state.locale === 'zh' ? label_zh : label_en])]
  return picker('shopper', words().shoppingAs, change, options.map(([id, label]) => option(id ?? 'visitor', label, id === state.household)))
}

function languagePicker(speak: (locale: Locale) => void): HTMLElement {
  const change = (event: Event) => speak((event.target as HTMLSelectElement).value as Locale)
  return picker('language', words().language, change, [option('en', 'English', state.locale === 'en'), option('zh', '中文', state.locale === 'zh')])
}

function themePicker(): HTMLElement {
  const change = (event: Event) => useTheme((event.target as HTMLSelectElement).value as Theme)
  const { label, ...themes } = words().theme
  return picker('theme', label, change, Object.entries(themes).map(([theme, name]) => option(theme, name, theme === state.theme)))
}

export function useTheme(theme: Theme): void {
  state.theme = theme
  document.documentElement.dataset.theme = theme
  rememberInAddress('theme', theme)
}

function panelButton(): HTMLElement {
  const click = () => { state.panelOpen = !state.panelOpen; tell('settings') }
  const button = element('button', { class: 'panel-button', 'aria-controls': 'panel', click }, icon('chart'), element('span', {}, words().behindTheScenes))
  const draw = () => button.setAttribute('aria-expanded', String(state.panelOpen))
  listen('settings', draw)
  draw()
  return button
}

function cartButton(currency: string): HTMLElement {
  const button = element('button', { class: 'cart-button', click: openCart })
  const draw = () => {
    const { pieces, payMinor } = totals()
    button.setAttribute('aria-label', words().cart(pieces))
    fill(button, icon('cart'), element('span', { class: 'count' }, String(pieces)), element('span', { class: 'sum' }, money(payMinor, currency)))
  }
  listen('cart', draw)
  draw()
  return button
}

/** On a phone the bar at the top scrolls away; a cart with something in it stays at the foot. */
export function cartBar(currency: string): HTMLElement {
  const button = element('button', { class: 'cart-bar', click: openCart })
  const draw = () => {
    const { pieces, payMinor } = totals()
    button.hidden = pieces === 0
    document.documentElement.classList.toggle('with-cart', pieces > 0)
    fill(button, icon('cart'), element('span', {}, words().viewCart), element('span', {}, `${pieces} · ${money(payMinor, currency)}`))
  }
  listen('cart', draw)
  draw()
  return button
}

function picker(id: string, label: string, change: (event: Event) => void, options: HTMLElement[]): HTMLElement {
  return element('label', { class: `picker ${id}-picker` }, element('span', {}, label), element('select', { id, change }, ...options))
}

function option(value: string, label: string, selected: boolean): HTMLElement {
  return element('option', { value, selected }, label)
}
