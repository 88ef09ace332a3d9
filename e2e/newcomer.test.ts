import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { admin, importFile, setUp, type Visit, visit } from './guanxi.ts'

// The newcomer's way, in a real browser: start → set-up link → import → find a customer → edit → see history →
// import bad rows → mend them → import again. Each test goes on where the one before left the page.
const RETAIL = join(import.meta.dirname, 'fixtures/retail-first-20000.csv.gz')
const BAD = `InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
990001,22423,REGENCY CAKESTAND,6,2011-12-10 09:00:00,12.75,12748,United Kingdom
990001,22424,ENAMEL BREAD BIN,two,2011-12-10 09:00:00,10.95,12748,United Kingdom
990002,22425,"ENAMEL, COLANDER",2,2011-02-30 09:05:00,4.95,12749,United Kingdom
,22426,ENAMEL WASH BOWL,1,2011-12-10 09:10:00,4.25,12750,United Kingdom
990003,22427,ENAMEL JUG,3,2011-12-10 09:15:00,8.50,12751,United Kingdom
`

let at: Visit
let page: Page
before(async () => {
  at = await visit()
  page = await at.open()
})
after(() => at.end())

const csv = (name: string, text: string) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) })
const search = async (text: string) => {
  await page.goto(`${at.guanxi.url}/customers`)
  await page.getByRole('searchbox', { name: 'Search the list' }).fill(text)
}

test('the one line of the start carries a set-up link that makes the first administrator, once', async () => {
  assert.match(at.guanxi.line, /\/setup#token=/)
  await setUp(page, at.link)
  await page.getByRole('heading', { name: 'Customers', level: 1 }).waitFor()
  const again = await at.open()
  await again.goto(at.link)
  await again.getByRole('button', { name: 'Sign in' }).waitFor()
  await again.context().close()
})

test("the retail file's first 20,000 lines go in, and the counts add up to what was read", async () => {
  assert.equal(await importFile(page, at.guanxi.url, RETAIL), 'Done: all 20,000 lines are in')
  const row = page.getByRole('row', { name: /^Orders/ })
  assert.match(await row.innerText(), /938\s+938\s+0\s+0\s+0/)
  await page.getByText('£339,603.98').first().waitFor()
})

test('the same file again changes nothing', async () => {
  assert.equal(
    await importFile(page, at.guanxi.url, RETAIL),
    'Done: all 20,000 lines were here already; nothing changed',
  )
  assert.match(
    await page.getByRole('row', { name: /^Lines of the file/ }).innerText(),
    /20,000\s+0\s+0\s+20,000\s+0/,
  )
})

test('a customer is found by number, edited in place, and the change stands in its history', async () => {
  await search('12748')
  await page.getByRole('link', { name: '12748' }).click()
  await page.getByRole('heading', { name: '12748', level: 1 }).waitFor()
  await page.getByRole('button', { name: 'Edit Name' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('海德堡贸易')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: '海德堡贸易', level: 1 }).waitFor()
  await page
    .getByText('12748→海德堡贸易')
    .or(page.getByText(/12748\s*→\s*海德堡贸易/))
    .first()
    .waitFor()
})

test('found by its new name: by characters, by pinyin, by initials', async () => {
  for (const text of ['德堡', 'haide', 'hdbmy']) {
    await search(text)
    await page.getByRole('link', { name: /海德堡贸易/ }).waitFor()
  }
})

test('its orders with their lines are there', async () => {
  await page.getByRole('link', { name: /海德堡贸易/ }).click()
  const order = page.getByText(/Order\s+#53\d{4}/).first()
  await order.waitFor()
  await order.click()
  await page.getByRole('table').filter({ hasText: /£/ }).first().waitFor()
})

test('bad rows are turned back with their reasons, downloaded, mended and imported', async () => {
  assert.equal(
    await importFile(page, at.guanxi.url, csv('bad.csv', BAD)),
    'Done: 2 lines are in, 3 turned back',
  )
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: /^Download 3 lines/ }).click(),
  ])
  const rejects = await readFile(await download.path(), 'utf8')
  assert.match(rejects, /^\uFEFF?guanxi_line,guanxi_reasons,/)
  assert.equal(rejects.trim().split('\n').length, 4)
  const mended = rejects
    .replace(',two,', ',2,')
    .replace('2011-02-30', '2011-12-10')
    .replace(',,22426', ',990004,22426')
  await page.getByRole('button', { name: 'Import the mended file' }).click()
  await page.locator('input[type=file]').setInputFiles(csv('mended.csv', mended))
  await page.getByRole('button', { name: 'See what will happen' }).click()
  await page.getByRole('button', { name: /^Import 3 lines/ }).click()
  await page.getByRole('heading', { name: 'Done: all 3 lines are in' }).waitFor()
})

test('the mended lines stand beside the ones that were good, and again change nothing', async () => {
  assert.equal(
    await importFile(
      page,
      at.guanxi.url,
      csv(
        'whole.csv',
        BAD.replace(',two,', ',2,').replace('2011-02-30', '2011-12-10').replace('\n,22426', '\n990004,22426'),
      ),
    ),
    'Done: all 5 lines were here already; nothing changed',
  )
  assert.match(await page.getByRole('row', { name: /^Lines of the file/ }).innerText(), /5\s+0\s+0\s+5\s+0/)
})

test('signed out everywhere, the pages are closed; signed in again, in Chinese, they are there', async () => {
  const chinese = await at.open({ locale: 'zh-CN' })
  await chinese.goto(at.guanxi.url)
  await chinese.getByLabel('邮箱').fill(admin.email)
  await chinese.getByLabel('密码').fill('not the password')
  await chinese.getByRole('button', { name: /登\s*录/ }).click()
  await chinese.getByRole('alert').waitFor()
  await chinese.getByLabel('密码').fill(admin.password)
  await chinese.getByRole('button', { name: /登\s*录/ }).click()
  await chinese.getByRole('heading', { level: 1 }).waitFor()
  await chinese.context().close()
})

test('what one types in the first moment stays, while the words of the parts are still on their way', async () => {
  await page.goto(`${at.guanxi.url}/customers`)
  await page.getByRole('button', { name: '中' }).click()
  await page.getByRole('heading', { name: '客户', level: 1 }).waitFor()
  let send = () => {}
  const held = new Promise<void>((resolve) => {
    send = resolve
  })
  await page.route(/zh_CN-[^/]*\.js/, async (route) => {
    await held
    await route.continue()
  })
  const came = page.waitForResponse(/zh_CN-[^/]*\.js/)
  await page.reload()
  await page.getByRole('row').nth(2).waitFor()
  await page.keyboard.press('n')
  const name = page.getByRole('dialog').getByLabel('名称', { exact: true })
  await name.fill('赵')
  send()
  await (await came).finished()
  // longer than it takes to draw them
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done, 300)))')
  assert.equal(await name.inputValue(), '赵')
  await page.keyboard.press('Escape')
})

test('no page complained: no script failed, no style or script was refused', () => {
  assert.deepEqual(at.complaints, [])
})
