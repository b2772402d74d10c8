// The page can be read and used: languages, widths, keyboard, a still layout, a strict policy.
import assert from 'node:assert/strict'
import { chooseHousehold, offers, openSection, shopTests } from './browser.mjs'

const shop = shopTests()

shop('reads_in_chinese', { query: '?lang=zh' }, async ({ page }) => {
  assert.equal(await page.getAttribute('html', 'lang'), 'zh-CN')
  await chooseHousehold(page, 1)
  await page.locator('.tile .why').first().click()
  for (const part of ['.lead', '.grounds tbody th', '.arms tbody tr:last-child th', '.honest']) {
    assert.match(await page.locator(`dialog ${part}`).first().textContent(), /\p{Script=Han}/u, part)
  }
  await page.keyboard.press('Escape')
  await page.selectOption('#language', 'en')
  assert.equal(await page.getAttribute('html', 'lang'), 'en-US')
  assert.doesNotMatch(await page.locator('main').textContent(), /\p{Script=Han}/u)
})

shop('names_are_for_people_not_for_cash_registers', { query: '?lang=zh' }, async ({ page }) => {
  await chooseHousehold(page, 1)
  const shelf = await offers(page)
  const names = await page.locator('.tile .name').allTextContents()
  assert.equal(names.length, Object.keys(shelf).length)
  const kinds = await page.locator('.kinds tbody th').allTextContents()
  for (const name of [...names, ...kinds]) assert.match(name, /\p{Script=Han}/u)
  await page.selectOption('#language', 'en')
  await offers(page)
  const english = [...await page.locator('.tile .name').allTextContents(), ...await page.locator('.kinds tbody th').allTextContents()]
  for (const name of english) assert.doesNotMatch(name, /[A-Z]{4}|\bfrzn\b|\bcnd\b/, name)
  assert.equal(new Set(await page.locator('.tile .brand').allTextContents()).size, 2)
})

shop('facts_have_units', {}, async ({ page }) => {
  await chooseHousehold(page, 1)
  await page.locator('.tile .why').first().click()
  await page.getByRole('button', { name: 'Show every line' }).click()
  const values = await page.locator('.grounds tbody tr:not(.start) .value').allTextContents()
  assert.ok(values.length > 10)
  for (const value of values) assert.match(value, /\p{L}|%/u, `${values}`)
})

for (const width of [320, 390, 768, 1180]) {
  shop(`fits_${width}_pixels_without_sideways_scrolling`, { viewport: { width, height: 844 } }, async ({ page }) => {
    const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)
    await chooseHousehold(page, 1)
    assert.ok(await fits(), 'the shelf is too wide')
    await page.locator('.tile .why').first().click()
    assert.ok(await page.locator('dialog').evaluate(dialog => dialog.scrollWidth <= dialog.clientWidth), 'the reasons are too wide')
    await page.keyboard.press('Escape')
    if (await page.locator('#panel').isHidden()) await page.locator('.panel-button').click()
    assert.ok(await page.locator('#panel').evaluate(panel => panel.scrollWidth <= panel.clientWidth), 'the panel is too wide')
    assert.ok(await fits())
  })
}

shop('works_with_the_keyboard_alone', {}, async ({ page }) => {
  await page.locator('#search').focus()
  await page.keyboard.type('coffee')
  await page.locator('.tile .why').first().focus()
  await page.keyboard.press('Enter')
  assert.ok(await page.locator('dialog').isVisible())
  await page.keyboard.press('Escape')
  await page.locator('dialog').waitFor({ state: 'detached' })
  assert.ok(await page.locator('.tile .why').first().evaluate(button => button === document.activeElement), 'the focus is handed back')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  assert.match(await page.locator('#toast').textContent(), /in your cart/)
})

shop('nothing_shifts_when_offers_change', {
  before: () => {
    window.shift = 0
    new PerformanceObserver(list => { for (const entry of list.getEntries()) window.shift += entry.value }).observe({ type: 'layout-shift', buffered: true })
  },
}, async ({ page }) => {
  const place = () => page.locator('.tile').evaluateAll(tiles => tiles.map(tile => tile.getBoundingClientRect().height))
  const heights = await place()
  await page.locator('#margin').fill('6000')
  assert.deepEqual(await place(), heights)
  assert.ok(await page.evaluate(() => window.shift) < 0.02, 'the page moved under the reader')
})

shop('no_console_errors_and_csp_holds', {}, async ({ page, errors }) => {
  const answer = await page.request.get(page.url())
  const policy = answer.headers()['content-security-policy']
  assert.match(policy, /script-src 'self' 'wasm-unsafe-eval';/)
  assert.match(policy, /require-trusted-types-for 'script'/)
  await chooseHousehold(page, 1)
  await page.locator('.tile .name').first().click()
  await page.keyboard.press('Escape')
  await openSection(page, 'log')
  assert.deepEqual(errors, [])
})
