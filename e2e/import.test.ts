import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { bookOf, sheetRows } from '../modules/imports/reader/xlsx/making.ts'
import { admin, setUp, type Visit, visit } from './guanxi.ts'

// A workbook and what may be chosen about a file, as a person does.

const shots = process.env['SHOTS']
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
const HEAD = ['客户编号', '客户名称', '邮箱', '国家', '市场角色', '是否企业', '备注']
const rows = Array.from({ length: 24 }, (_, i) => [
  `K${1000 + i}`,
  i % 2 ? `杭州${'甲乙丙丁'[i % 4]}机电有限公司` : `王小${'明红军芳'[i % 4]}`,
  `k${i}@example.com`,
  ['中国', 'Germany', '日本'][i % 3]!,
  ['客户', '供应商', 'A 类'][i % 3]!,
  i % 2 ? '是' : '否',
  i === 3 ? "=cmd|' /C calc'!A0" : '',
])
const book = bookOf({
  sheets: [
    { name: '说明', rows: sheetRows([['本表由系统导出']]) },
    { name: '客户', rows: sheetRows([['2024 年客户名册'], HEAD, ...rows]) },
    {
      name: '联系人',
      rows: sheetRows([
        ['姓名', '手机'],
        ['李四', '13800000000'],
      ]),
    },
  ],
})
const file = (name: string, buffer: Buffer) => ({
  name,
  mimeType: 'application/octet-stream',
  buffer,
})
const drop = async (name: string, buffer: Buffer) => {
  await page.goto(`${house.guanxi.url}/import`)
  await page.locator('input[type=file]').setInputFiles(file(name, buffer))
}
const pick = async (label: string | RegExp, option: string | RegExp) => {
  await page.getByRole('button', { name: label }).first().click()
  await page.getByRole('option', { name: option }).first().click()
}

describe('a workbook on the page', () => {
  it('is read from the sheet that holds the table; another can be chosen', async () => {
    await drop('客户.xlsx', book)
    await page.getByRole('button', { name: /^Sheet: 客户/ }).waitFor()
    await page.getByText('Not read: 1 above the header').waitFor()
    await shot('import_1_book')
    await pick(/^Sheet:/, '联系人')
    await page.getByText('李四').waitFor()
    await pick(/^Sheet:/, '客户')
    await page.getByText('K1000').waitFor()
  })

  it('words that are not known get a meaning before anything is written', async () => {
    await page.getByRole('button', { name: 'Values (3)' }).nth(1).click()
    await page.getByRole('button', { name: /A 类: unknown/ }).waitFor()
    await shot('import_2_words')
    await pick(/^A 类:/, 'Prospect')
    await page.getByRole('button', { name: 'A 类: Prospect' }).waitFor()
    await page.getByRole('button', { name: 'See what will happen' }).click()
    await page.getByText('24 customers will be created').waitFor()
    await page.getByText(/look like formulas/).waitFor()
    await shot('import_3_preview')
    await page.getByRole('button', { name: /^Import [\d,]+ lines/ }).click()
    await page.getByRole('heading', { name: /^Done: all 24/ }).waitFor({ timeout: 60_000 })
    assert.deepEqual(house.complaints, [])
  })

  it('next time its columns and words are remembered, in another order too', async () => {
    const text = `附注,国家,市场角色,客户名称,客户编号\nx,中国,A 类,新机电,K2000\n${rows
      .map((row) => [row[6], row[3], row[4], row[1], row[0]].join(','))
      .join('\n')}\n`
    await drop('next.csv', Buffer.from(text))
    await page.getByRole('button', { name: /^What to write/ }).waitFor()
    await page.getByText(/^As in import \d+ \(file,/).waitFor()
    await page.getByText('New columns: 附注').waitFor()
    await shot('import_4_remembered')
    await pick(/^What to write:/, 'Create only')
    await page.getByRole('button', { name: 'See what will happen' }).click()
    await page.getByRole('button', { name: 'Back', exact: true }).waitFor()
    await shot('import_5_create')
    await page
      .getByText(/1 customers? will be created.*24 lines turned back/)
      .first()
      .waitFor()
    await shot('import_5_create')
    assert.deepEqual(house.complaints, [])
  })

  it('two rows of names are shown as one name for each column, and one row can be chosen', async () => {
    await drop(
      'two.xlsx',
      readFileSync(join(import.meta.dirname, '../modules/imports/fixtures/two_header_rows.xlsx')),
    )
    await page.getByRole('button', { name: 'Header: two rows, joined' }).waitFor()
    await page.getByText('联系方式 电话', { exact: true }).waitFor()
    await shot('import_header')
    await pick(/^Header:/, 'one row')
    await page
      .getByText(/^客户名称 •|^客户名称.*云帆机电/)
      .first()
      .waitFor()
    await pick(/^Header:/, 'two rows, joined')
    await page.getByText('地址 市', { exact: true }).waitFor()
    assert.deepEqual(house.complaints, [])
  })

  it('encoding and delimiter can be changed, and what does not fit is said', async () => {
    await drop('semi.csv', Buffer.from('编码;名称;备注\nA1;阀门;一,二\nA2;法兰;三,四\n'))
    await page.getByRole('button', { name: /^Delimiter: Automatic: semicolon/ }).waitFor()
    await pick(/^Delimiter:/, 'comma')
    await page.getByRole('button', { name: 'Delimiter: comma' }).waitFor()
    await shot('import_6_comma')
    await pick(/^Encoding:/, /GB18030/)
    await page.getByText(/not written in gb18030/).waitFor()
    await shot('import_7_wrong')
  })

  it('a file that is no table is refused in Chinese, on a phone', async () => {
    page = await house.open({ colorScheme: 'dark' })
    await page.goto(`${house.guanxi.url}/`)
    await page.getByRole('textbox').first().fill(admin.email)
    await page.locator('input[type=password]').fill(admin.password)
    await page.keyboard.press('Enter')
    await page.waitForURL('**/customers')
    await page.getByText('中', { exact: true }).click()
    await page.setViewportSize({ width: 390, height: 844 })
    const sealed = Buffer.alloc(2048)
    sealed.write('d0cf11e0a1b11ae1', 'hex')
    sealed.writeUInt16LE(9, 30)
    sealed.write('EncryptedPackage', 512, 'utf16le')
    await drop('密.xlsx', sealed)
    await page.getByText('工作簿有打开密码').waitFor()
    await shot('import_8_refused')
    await drop('客户.xlsx', book)
    await page
      .getByRole('button', { name: /^工作表/ })
      .first()
      .waitFor()
    await shot('import_9_phone')
  })
})
