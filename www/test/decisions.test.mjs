// Decisions follow the shopper and the assumptions, and explain themselves.
import assert from 'node:assert/strict'
import { chooseHousehold, offers, shopTests } from './browser.mjs'

const shop = shopTests()

const differing = (one, other) => Object.keys(one).filter(id => one[id] !== other[id]).length

shop('offers_change_after_a_purchase_without_a_request', {}, async ({ page }) => {
  await page.getByRole('button', { name: 'Let this page learn' }).click()
  const before = await offers(page)
  for (let round = 0; round < 3; round += 1) {
    for (const add of (await page.locator('.tile .add').all()).slice(0, 12)) await add.click()
    await page.locator('.cart-button').click()
    await page.getByRole('button', { name: 'Go to checkout' }).click()
    await page.getByRole('button', { name: 'Place the order' }).click()
  }
  assert.ok(differing(before, await offers(page)) > 0, 'twelve kinds bought three times change no offer')
  assert.equal(await page.locator('#requests').getAttribute('data-count'), '0')
})

shop('offers_follow_the_shopper_without_a_request', {}, async ({ page }) => {
  const households = await page.locator('#shopper option').count() - 1
  let before = await offers(page)
  let changes = 0
  for (let place = 1; place <= households; place += 1) {
    const changed = await chooseHousehold(page, place)
    const now = await offers(page)
    assert.equal(differing(before, now), changed)
    before = now
    changes += changed
  }
  assert.ok(changes > 0, 'no year of purchases changes any offer')
  assert.equal(await page.locator('#requests').getAttribute('data-count'), '0')
})

shop('contributions_add_up_to_the_score', {}, async ({ page }) => {
  await chooseHousehold(page, 1)
  for (const place of [0, 7, 23]) {
    await page.locator('.tile .why').nth(place).click()
    const more = page.getByRole('button', { name: 'Show every line' })
    if (await more.count() > 0) await more.click()
    const lines = await page.locator('[data-contribution]').evaluateAll(cells => cells.map(cell => Number(cell.dataset.contribution)))
    const score = Number(await page.locator('[data-score]').getAttribute('data-score'))
    assert.ok(lines.length > 1, 'a chart with one line explains nothing')
    assert.ok(Math.abs(lines.reduce((sum, line) => sum + line, 0) - score) < 1e-9, `${lines} do not add up to ${score}`)
    assert.equal(Number(await page.locator('[data-sum]').getAttribute('data-sum')), score)
    await page.keyboard.press('Escape')
  }
})

shop('the_nearest_change_is_told_in_its_own_unit', {}, async ({ page }) => {
  await chooseHousehold(page, 1)
  const told = new Set()
  for (const place of Array.from({ length: 24 }, (_, index) => index)) {
    await page.locator('.tile .why').nth(place).click()
    const sentence = await page.locator('#nearest').textContent()
    const margins = /margin were ([\d.]+)\s% instead of ([\d.]+)\s%/.exec(sentence)
    if (margins) {
      assert.equal(Number(margins[2]), 30, sentence)
      assert.notEqual(margins[1], margins[2], sentence)
    } else if (sentence.startsWith('If')) assert.match(sentence, /were .*(%|days|trips|times|products|yes|no|not known).* instead of/, sentence)
    told.add(sentence)
    await page.keyboard.press('Escape')
  }
  assert.ok(told.size > 3, 'every product would change by the same')
})

shop('a_purchase_moves_the_score', {}, async ({ page }) => {
  await page.getByRole('button', { name: 'Let this page learn' }).click()
  const tile = page.locator('.tile').first()
  const score = async () => {
    await tile.locator('.why').click()
    const now = Number(await page.locator('[data-score]').getAttribute('data-score'))
    await page.keyboard.press('Escape')
    return now
  }
  const before = await score()
  await tile.locator('.add').click()
  await page.locator('.cart-button').click()
  await page.getByRole('button', { name: 'Go to checkout' }).click()
  await page.getByRole('button', { name: 'Place the order' }).click()
  assert.notEqual(await score(), before)
})

shop('margin_slider_changes_the_decisions', {}, async ({ page }) => {
  const offered = async () => Number((await page.locator('[data-department=offers]').textContent()).match(/\d+/)[0])
  await page.locator('#margin').fill('0')
  assert.equal(await offered(), 0, 'without a margin no discount pays')
  await page.locator('#margin').fill('6000')
  assert.ok(await offered() > 0, 'with a margin of 60 % some discount pays')
  assert.equal(await page.locator('#requests').getAttribute('data-count'), '0')
})

shop('budget_slider_makes_offers_rarer', {}, async ({ page }) => {
  const none = async () => Number(await page.locator('.chip[data-percent="0"]').getAttribute('data-count'))
  await page.locator('#margin').fill('6000')
  await page.locator('#budget').fill('0')
  const generous = await none()
  await page.locator('#budget').fill('3')
  assert.ok(await none() > generous)
})

shop('a_promised_offer_keeps_its_price_until_it_is_bought', {}, async ({ page }) => {
  await page.locator('#margin').fill('6000')
  await page.locator('#budget').fill('0')
  const tile = page.locator('.tile:has(.badge.shown)').first()
  const promised = await tile.locator('.now').textContent()
  await tile.locator('.add').click()
  await page.locator('#margin').fill('0')
  await page.locator('.cart-button').click()
  const line = page.locator('.lines li').first()
  assert.ok(promised.endsWith(await line.locator('.line-sum').textContent()))
  assert.equal(await line.locator('.promise').count(), 1)
})

shop('events_are_told_in_the_words_of_ga4', {}, async ({ page }) => {
  await page.waitForSelector('#log [data-event=view_item_list]', { state: 'attached' })
  await page.locator('#search').fill('milk')
  await page.waitForSelector('#log [data-event=search]', { state: 'attached' })
  await page.locator('.tile .name').first().click()
  await page.locator('dialog .primary').click()
  await page.locator('.cart-button').click()
  await page.locator('.quantity button').last().click()
  await page.locator('.quantity button').first().click()
  await page.getByRole('button', { name: 'Go to checkout' }).click()
  await page.getByRole('button', { name: 'Place the order' }).click()
  const names = await page.locator('#log [data-event]').evaluateAll(lines => new Set(lines.map(line => line.dataset.event)).values().toArray().sort())
  assert.deepEqual(names.filter(name => !name.includes('promotion')), ['add_to_cart', 'begin_checkout', 'purchase', 'remove_from_cart',
    'search', 'select_item', 'view_cart', 'view_item', 'view_item_list'])
})
