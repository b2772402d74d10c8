// Visits the running shop once, as `make demo CHECK=1` does:  node www/check.mjs http://127.0.0.1:8080/ [out/screenshots]
// Exits 0 when a real decision is shown and follows the shopper, else says what failed.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { launch, openShop, chooseHousehold } from './test/browser.mjs'

const [address, folder = 'out/screenshots'] = process.argv.slice(2)
if (!address) throw new Error('say which address to visit: node www/check.mjs http://127.0.0.1:8080/')

const problems = []
const demand = (holds, sentence) => { if (!holds) problems.push(sentence) }
const browser = await launch()
try {
  await mkdir(folder, { recursive: true })
  await visit('desktop', { width: 1440, height: 900 })
  await visit('phone', { width: 390, height: 844 })
} catch (error) {
  problems.push(String(error))
} finally {
  await browser.close()
}
for (const problem of problems) console.error(`check: ${problem}`)
if (problems.length === 0) console.log(`check: the shop decides on the device; screenshots are in ${folder}`)
process.exit(problems.length === 0 ? 0 : 1)

async function visit(name, viewport) {
  const { page, errors } = await openShop(browser, address, { viewport })
  demand(await page.getAttribute('html', 'data-ready') === 'yes', `${name}: there is no engine, every price is the regular one`)
  await page.screenshot({ path: join(folder, `${name}-visitor.png`) })
  await decides(name, page)
  await followsTheShopper(name, page)
  await page.locator('.toast:not(.shown)').waitFor({ state: 'attached' })
  await page.evaluate(() => { document.activeElement?.blur(); scrollTo(0, 0) })
  await page.screenshot({ path: join(folder, `${name}-household.png`) })
  await page.locator('.tile .why').first().click()
  await page.screenshot({ path: join(folder, `${name}-why.png`) })
  demand(errors.length === 0, `${name}: the console shows ${errors.join('; ')}`)
  await page.context().close()
}

// A decision is real when every option was scored, by a model with a version.
async function decides(name, page) {
  await page.locator('.tile .why').first().click()
  const chances = await page.locator('.arms tbody td:nth-child(2)').allTextContents()
  demand(chances.length >= 2 && new Set(chances).size >= 2, `${name}: the options are not scored apart: ${chances.join(', ')}`)
  await page.keyboard.press('Escape')
  const version = Number(await page.locator('#model-version').getAttribute('data-version'))
  demand(version >= 1, `${name}: the model has version ${version}`)
}

async function followsTheShopper(name, page) {
  const before = await page.locator('#requests').getAttribute('data-count')
  const changed = await chooseHousehold(page, 1)
  const sentence = await page.locator('#changed').textContent()
  demand(changed > 0 || sentence.length > 60, `${name}: another shopper changes no offer, and the page does not say why`)
  demand(await page.locator('#requests').getAttribute('data-count') === before, `${name}: another shopper caused a request`)
  console.log(`check: ${name}: ${sentence}`)
}
