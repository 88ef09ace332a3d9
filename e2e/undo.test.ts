import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { admin, importFile, setUp, type Visit, visit } from './guanxi.ts'

// Taking an import back and bringing it again, as a person does.

const rows = [
  'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country',
  ...Array.from(
    { length: 60 },
    (_, i) =>
      `5363${100 + i},85${123 + (i % 7)}A,ITEM ${i % 7},${1 + (i % 5)},2010-12-0${1 + (i % 9)} 08:26:00,2.55,${17850 + (i % 20)},United Kingdom`,
  ),
]
const file = { name: 'december.csv', mimeType: 'text/csv', buffer: Buffer.from(`${rows.join('\n')}\n`) }
const shots = process.env['GUANXI_SHOTS']

let house: Visit
let page: Page
before(async () => {
  house = await visit()
  page = await house.open()
  await setUp(page, house.link)
})
after(() => house.end())

const shot = async (name: string) => {
  if (shots) await page.screenshot({ path: `${shots}/${name}.png` })
}

describe('an import on the page', () => {
  it('is undone from its report, says so, and is brought back', async () => {
    await importFile(page, house.guanxi.url, file)
    await page.getByTestId('undo').getByText('Possible until').waitFor()
    await shot('undo_1_report')
    await page.getByRole('button', { name: 'Undo this import' }).click()
    await page.getByText('20 customers').waitFor()
    await shot('undo_2_dialog')
    await page.getByTestId('undo-do').click()
    await page.getByText('This import is undone').waitFor()
    await shot('undo_3_undone')
    await page.goto(`${house.guanxi.url}/customers`)
    await page
      .getByText(/no customers|empty|Explore/i)
      .first()
      .waitFor()
    await page.goBack()
    await page.getByRole('button', { name: 'Bring this import back' }).click()
    await page.getByText('20 customers').waitFor()
    await page.getByTestId('undo-do').click()
    await page.getByTestId('undone').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Undo this import' }).waitFor()
    assert.deepEqual(house.complaints, [])
  })

  it('keeps a customer that somebody edited, and names who', async () => {
    const report = page.url()
    await page.evaluate(async () => {
      const list = (await (await fetch('/api/v1/parties?limit=1')).json()) as { items: { id: number }[] }
      const session = (await (await fetch('/api/v1/session')).json()) as { csrf: string }
      await fetch(`/api/v1/parties/${list.items[0]!.id}`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json', 'x-csrf-token': session.csrf },
        body: JSON.stringify({ note: 'called' }),
      })
    })
    await page.goto(report)
    await page.getByRole('button', { name: 'Undo this import' }).click()
    await page.getByRole('dialog').getByText(admin.name).waitFor()
    await shot('undo_4_left')
    await page.getByTestId('undo-do').click()
    await page.getByText('This import is undone; 1 left').waitFor()
    await shot('undo_5_partly')
    assert.deepEqual(house.complaints, [])
  })

  it('is told in Chinese, in the dark and on a phone', async () => {
    const report = page.url()
    page = await house.open({ colorScheme: 'dark' })
    await page.goto(`${house.guanxi.url}/`)
    await page.getByRole('textbox').first().fill(admin.email)
    await page.locator('input[type=password]').fill(admin.password)
    await page.keyboard.press('Enter')
    await page.waitForURL('**/customers')
    await page.goto(report)
    await page.getByText('中', { exact: true }).click()
    await page.setViewportSize({ width: 390, height: 844 })
    await page.getByText('这次导入已撤销').waitFor()
    await shot('undo_6_phone_zh')
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.getByRole('button', { name: '恢复这次导入' }).click()
    await page.getByText('将恢复').waitFor()
    await shot('undo_7_dark_zh')
    assert.deepEqual(house.complaints, [])
  })
})
