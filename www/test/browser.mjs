// Starts the browser and the server for the tests, and opens the shop in it. The tests need www/dist, the built
// package and out/shop.json: `make demo CHECK=1` makes all three.
import assert from 'node:assert/strict'
import { after, before as first, test } from 'node:test'
import { chromium } from 'playwright-core'
import { serve } from '../server.mjs'

const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync']

export function launch() {
  return chromium.launch({ executablePath: process.env.SKONTO_CHROMIUM || '/usr/bin/chromium', args: flags })
}

/** SKONTO_SHOP_ROOT and SKONTO_SHOP_OUT point the tests at another build or another trainer's output. */
export function startServer() {
  return serve({ root: process.env.SKONTO_SHOP_ROOT, out: process.env.SKONTO_SHOP_OUT })
}

/** A fresh visitor's page, ready to shop; `errors` fills with whatever the console complains about. */
export async function openShop(browser, address, { viewport = { width: 1440, height: 900 }, query = '?lang=en', before, context: settings = {} } = {}) {
  const context = await browser.newContext({ viewport, reducedMotion: 'reduce', ...settings })
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  const errors = []
  page.on('console', message => { if (['error', 'warning'].includes(message.type())) errors.push(message.text()) })
  page.on('pageerror', error => errors.push(error.message))
  if (before) await page.addInitScript(before)
  await page.goto(address + query)
  await page.waitForSelector('html[data-ready]', { timeout: 15_000 })
  return { page, context, errors }
}

/** Chooses the household at this place of the list; returns how many offers differ from before. */
export async function chooseHousehold(page, place = 1) {
  await page.selectOption('#shopper', { index: place })
  await page.waitForFunction(() => document.getElementById('changed').dataset.count !== '')
  return Number(await page.locator('#changed').getAttribute('data-count'))
}

/** The arm on every tile by item_id, all tiles shown. */
export async function offers(page) {
  for (let more = page.locator('.foot button'); await more.count() > 0;) await more.click()
  return page.locator('.tile').evaluateAll(tiles => Object.fromEntries(tiles.map(tile => [tile.dataset.item, tile.dataset.arm])))
}

export async function openSection(page, name) {
  const section = page.locator(`.section-${name}`)
  if (await section.getAttribute('open') === null) await section.locator('summary').click()
}

/** Names of the IndexedDB databases and keys of the other stores that exist for the page. */
export function stored(page) {
  return page.evaluate(async () => [
    ...(await indexedDB.databases()).map(({ name }) => name), ...Object.keys(localStorage), ...Object.keys(sessionStorage),
    ...await caches.keys(), document.cookie].filter(Boolean))
}

/** Gives `shop(name, options, body)`: a test whose body gets a freshly opened shop. */
export function shopTests() {
  let browser, server
  first(async () => {
    server = await startServer()
    assert.ok((await fetch(`${server.address}shop.json`)).ok, 'out/shop.json is missing: the trainer writes it')
    browser = await launch()
  })
  after(async () => {
    await browser?.close()
    await server?.close()
  })
  return (name, options, body) => test(name, { timeout: 120_000 }, async () => {
    const opened = await openShop(browser, server.address, options)
    try {
      await body(opened)
    } finally {
      await opened.context.close()
    }
  })
}
