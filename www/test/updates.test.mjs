// Whatever comes in place of a newer model, the page keeps the one it has and goes on deciding.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { faultNames } from '../server/bad-updates.mjs'
import { launch, offers, openSection, openShop, startServer } from './browser.mjs'

let browser, server
before(async () => {
  server = await startServer()
  browser = await launch()
})
after(async () => {
  await browser?.close()
  await server?.close()
})

const look = async (page, source) => {
  await page.selectOption('#update-source', source)
  await page.locator('#update-outcome').evaluate(line => { line.dataset.status = '' })
  await page.locator('#update').click()
  await page.waitForFunction(() => !['', 'checking', undefined].includes(document.getElementById('update-outcome').dataset.status), { timeout: 60_000 })
  return page.locator('#update-outcome').getAttribute('data-status')
}

for (const fault of faultNames) {
  test(`keeps_the_current_model_after_${fault.replace('-', '_')}`, { timeout: 120_000 }, async () => {
    const { page, context } = await openShop(browser, server.address)
    await openSection(page, 'model')
    const version = await page.locator('#model-version').getAttribute('data-version')
    const before = await offers(page)
    const status = await look(page, `/updates/${fault}/model.skonto`)
    assert.ok(['refused', 'unreachable'].includes(status), `${fault} was taken as ${status}`)
    assert.equal(await page.locator('#model-version').getAttribute('data-version'), version)
    assert.ok(JSON.stringify(await offers(page)) === JSON.stringify(before), 'the offers changed')
    await context.close()
  })
}

test('forgets_the_tag_of_a_model_it_refused', { timeout: 60_000 }, async () => {
  const { page, context } = await openShop(browser, server.address)
  await openSection(page, 'model')
  for (const time of ['first', 'second']) assert.equal(await look(page, '/updates/lying-etag/model.skonto'), 'refused', `the ${time} time`)
  const status = await look(page, '/models/current.skonto')
  assert.ok(['updated', 'unchanged'].includes(status), status)
  await context.close()
})

test('a_look_for_a_model_is_the_only_request', { timeout: 60_000 }, async () => {
  const { page, context } = await openShop(browser, server.address)
  await openSection(page, 'model')
  await look(page, '/models/current.skonto')
  await page.waitForFunction(() => document.getElementById('requests').dataset.count === '1')
  await context.close()
})

test('swaps_in_a_newer_model_between_two_decisions', { timeout: 60_000 }, async () => {
  const { page, context, errors } = await openShop(browser, server.address)
  await openSection(page, 'model')
  await page.locator('#margin').fill('6000')
  const version = Number(await page.locator('#model-version').getAttribute('data-version'))
  const before = await offers(page)
  assert.equal(await look(page, '/models/newer.skonto'), 'updated')
  assert.equal(Number(await page.locator('#model-version').getAttribute('data-version')), version + 1)
  assert.deepEqual(await offers(page), before, 'the same coefficients under a new version decide the same')
  await page.locator('.tile .why').first().click()
  assert.ok(await page.locator('.grounds tbody tr').count() > 1, 'the newer model explains nothing')
  await page.keyboard.press('Escape')
  assert.equal(await look(page, '/models/newer.skonto'), 'unchanged', 'the tag of the newer model is remembered')
  assert.notEqual(await look(page, '/models/current.skonto'), 'updated', 'an older model must not come back')
  assert.equal(Number(await page.locator('#model-version').getAttribute('data-version')), version + 1)
  assert.deepEqual(errors, [])
  await context.close()
})
