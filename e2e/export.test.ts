import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { readXlsx } from 'hucre/xlsx'
import type { Download, Page } from 'playwright-core'
import { admin, importFile, setUp, type Visit, visit } from './guanxi.ts'

// A list is taken out as it is filtered, in both languages, and comes back in unchanged.
const rows = Array.from({ length: 130 }, (_, i) => {
  const name = i % 3 ? `Anna ${i}` : `华东机电 ${i}`
  return `${1000 + i},"${name}",p${i}@export.example,+86138000${String(10_000 + i)},${i % 2 ? 'core' : 'vip'},Customer`
})
const PARTIES = ['Customer ID,Name,E-mail,Phone,Tags,Market roles', ...rows, ''].join('\n')

let at: Visit
let page: Page
before(async () => {
  at = await visit()
  page = await at.open()
  await setUp(page, at.link)
  const file = { name: 'parties.csv', mimeType: 'text/csv', buffer: Buffer.from(PARTIES) }
  assert.equal(await importFile(page, at.guanxi.url, file), 'Done: all 130 lines are in')
})
after(() => at.end())

const counted = async (here: Page): Promise<number> =>
  Number((await here.locator('.phead .note').innerText()).replace(/\D/g, ''))

async function exported(
  here: Page,
  words: { open: RegExp; format: string; columns: string },
): Promise<Download> {
  await here.getByRole('button', { name: words.open }).first().click()
  const dialog = here.getByRole('dialog')
  await dialog.getByText(words.format, { exact: true }).click()
  await dialog.getByText(words.columns, { exact: true }).click()
  const [download] = await Promise.all([
    here.waitForEvent('download'),
    dialog.getByRole('button', { name: words.open }).click(),
  ])
  return download
}

test('the filtered list of customers goes out with as many rows as the page counts', async () => {
  await page.goto(`${at.guanxi.url}/customers?tag=core`)
  await page.locator('.phead .note', { hasText: /^65$/ }).waitFor()
  const shown = await counted(page)
  const download = await exported(page, { open: /^Export$/, format: 'CSV', columns: 'As listed' })
  assert.match(download.suggestedFilename(), /^Customers \d{4}-\d\d-\d\d\.csv$/)
  const text = await readFile(await download.path(), 'utf8')
  assert.equal(text.trim().split('\r\n').length - 1, shown)
  assert.match(text, /^\uFEFFName,Market roles,Owner name,/)
  await page.getByText('65 rows exported').waitFor()
})

test('with all columns as a workbook, in Chinese, it holds every customer', async () => {
  const chinese = await at.open({ locale: 'zh-CN' })
  await chinese.goto(at.guanxi.url)
  await chinese.getByLabel('邮箱').fill(admin.email)
  await chinese.getByLabel('密码').fill(admin.password)
  await chinese.getByRole('button', { name: /登\s*录/ }).click()
  await chinese.locator('.phead').waitFor()
  await chinese.evaluate(async () => {
    const { csrf } = (await (await fetch('/api/v1/session')).json()) as { csrf: string }
    await fetch('/api/v1/session', {
      method: 'PATCH',
      headers: { 'content-type': 'application/json', 'x-csrf-token': csrf },
      body: JSON.stringify({ locale: 'zh-CN' }),
    })
    localStorage.clear()
  })
  await chinese.goto(`${at.guanxi.url}/customers`)
  await chinese.locator('.phead .note', { hasText: '130 位' }).waitFor()
  const shown = await counted(chinese)
  const download = await exported(chinese, { open: /^导\s*出$/, format: 'Excel', columns: '全部' })
  assert.match(download.suggestedFilename(), /^客户 \d{4}-\d\d-\d\d\.xlsx$/)
  const book = await readXlsx(await readFile(await download.path()))
  const sheet = book.sheets[0]!
  assert.equal(sheet.name, '客户')
  assert.equal(sheet.rows.length - 1, shown)
  assert.deepEqual(sheet.rows[0]!.slice(0, 4), ['编号', '名称', '类型', '市场角色'])
  await chinese.context().close()
})

test('no page complained', () => {
  assert.deepEqual(at.complaints, [])
})
