// The shop: load the products, start the engine, decide, draw. Everything else hangs below.
import { findTwins } from './catalogue/twins.ts'
import { element, fill } from './element.ts'
import { offReason, skonto, startEngine } from './engine.ts'
import { rank } from './listing.ts'
import { decideAgain, offerShop } from './offers.ts'
import { panel } from './panel/panel.ts'
import { countRequests } from './requests.ts'
import { loadShop, type ShopData } from './shop-data.ts'
import { forgetListeners, rememberInAddress, state, tell, type Locale } from './state.ts'
import { banner } from './view/banner.ts'
import { closeDialogs } from './view/dialog.ts'
import { departments } from './view/departments.ts'
import { cartBar, header } from './view/header.ts'
import { shelf } from './view/shelf.ts'
import { strip } from './view/strip.ts'
import { toast } from './view/toast.ts'
import { tag, words } from './words/index.ts'

const root = document.getElementById('shop')!
document.documentElement.dataset.theme = state.theme

try {
  const [data] = await Promise.all([loadShop(), startEngine()])
  open(data)
} catch (error) {
  fill(root, element('p', { class: 'starting' }, `Skonto Market could not open: ${String(error)}`))
}

function open(data: ShopData): void {
  findTwins(data.products)
  rank(data.products)
  offerShop(data.products, data.currency)
  skonto.on('model', () => { decideAgain(); tell('settings') })
  whenProfileChanges(() => tell('settings'))
  decideAgain()
  draw(data)
  if (offReason) toast(words().toast.offersOff(offReason))
  countRequests()
  document.documentElement.dataset.ready = offReason ? 'without-engine' : 'yes'
}

// A replayed year changes the profile hundreds of times within one task; it is drawn once.
function whenProfileChanges(redraw: () => void): void {
  let waiting = false
  skonto.on('profile', () => {
    if (waiting) return
    waiting = true
    queueMicrotask(() => { waiting = false; redraw() })
  })
}

function draw(data: ShopData): void {
  const speak = (locale: Locale) => {
    state.locale = locale
    rememberInAddress('lang', locale)
    skonto.setLocale(locale)
    decideAgain()
    draw(data)
    document.getElementById('language')?.focus()
  }
  document.documentElement.lang = tag()
  document.title = words().shop
  closeDialogs()
  forgetListeners()
  fill(root, header(data, speak), element('main', {}, departments(data),
    element('div', { class: 'middle' }, banner(data), strip(), shelf(data))), panel(data), cartBar(data.currency))
}
