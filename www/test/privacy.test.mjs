// Nothing is kept without consent, and what is kept can be forgotten.
import assert from 'node:assert/strict'
import { chooseHousehold, shopTests, stored } from './browser.mjs'

const shop = shopTests()

shop('nothing_is_stored_before_consent', {}, async ({ page }) => {
  await chooseHousehold(page, 1)
  await page.locator('.tile .add').first().click()
  await page.selectOption('#theme', 'dark')
  assert.deepEqual(await stored(page), [])
  await page.locator('#storage').check()
  await page.waitForFunction(async () => (await indexedDB.databases()).length > 0)
})

shop('a_kept_profile_is_there_on_the_next_visit', {}, async ({ page }) => {
  await chooseHousehold(page, 1)
  await page.locator('#storage').check()
  await page.waitForFunction(async () => (await indexedDB.databases()).length > 0)
  const groups = await page.locator('#profile-size').getAttribute('data-groups')
  assert.ok(Number(groups) > 0)
  await page.waitForTimeout(500)
  await page.reload()
  await page.waitForSelector('html[data-ready]')
  assert.equal(await page.locator('#profile-size').getAttribute('data-groups'), groups)
})

shop('forget_me_empties_the_profile_and_the_storage', {}, async ({ page }) => {
  await chooseHousehold(page, 1)
  await page.locator('#storage').check()
  assert.ok(Number(await page.locator('#profile-size').getAttribute('data-groups')) > 0)
  await page.locator('#forget').click()
  await page.waitForFunction(() => document.getElementById('toast').textContent.startsWith('Forgotten'))
  assert.equal(await page.locator('#profile-size').getAttribute('data-groups'), '0')
  assert.deepEqual(await stored(page), [])
})

shop('page_works_when_storage_is_denied', {
  before: () => {
    const deny = () => { throw new DOMException('denied', 'SecurityError') }
    Object.defineProperty(window, 'localStorage', { get: deny })
    Object.defineProperty(window, 'indexedDB', { get: deny })
  },
}, async ({ page, errors }) => {
  assert.equal(await page.getAttribute('html', 'data-ready'), 'yes', await page.locator('#toast').textContent())
  await page.locator('#storage').check()
  await chooseHousehold(page, 1)
  assert.ok(Number(await page.locator('#profile-size').getAttribute('data-groups')) > 0)
  assert.deepEqual(errors, [])
})

shop('global_privacy_control_is_shown_and_heeded', {
  before: () => Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true }),
}, async ({ page }) => {
  assert.match(await page.locator('#gpc').textContent(), /is on/)
  assert.equal(await chooseHousehold(page, 1), 0, 'under GPC a history changes no offer')
})
