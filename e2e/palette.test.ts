import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { admin, setUp, type Visit, visit } from './guanxi.ts'
import { ask, sound } from './page.ts'

// Somebody finds whom they look for with a few letters, from any page, without a mouse; in both languages and on a
// phone, with pictures in e2e/screenshots (not committed).
const PICTURES = join(import.meta.dirname, 'screenshots')
let at: Visit
let page: Page
const ids: Record<string, number> = {}

before(async () => {
  await mkdir(PICTURES, { recursive: true })
  at = await visit()
  page = await at.open()
  await setUp(page, at.link)
  for (const [name, kind, phone] of [
    ['张三', 'person', '13955501234'],
    ['赵树理', 'person', '13700009999'],
    ['单雄信', 'person', ''],
    ['华东机电设备有限公司', 'organisation', ''],
    ['Kim Lee', 'person', ''],
  ] as const)
    ids[name] = await ask<{ id: number }>(page, 'POST', '/parties', {
      kind,
      name,
      roles: ['customer'],
      contact_points: phone ? [{ kind: 'phone', value: phone }] : [],
    }).then((party) => party.id)
  await ask(page, 'POST', '/orders', {
    number: 'SO-2026-0042',
    party_id: ids['张三'],
    ordered_at: '2026-05-01T00:00:00.000Z',
    currency: 'GBP',
    lines: [{ quantity: 2, price_micro: 61_000_000 }],
  })
  await ask(page, 'POST', '/products', { code: 'VALVE-10', name: '球阀 10mm' })
})
after(() => at.end())

const picture = (name: string) => page.screenshot({ path: join(PICTURES, `palette.${name}.png`) })
const box = () => page.getByRole('dialog').getByRole('combobox')
const options = () => page.getByRole('dialog').getByRole('option')
const current = () => page.locator('[role=option][aria-selected=true]')
const finder = () => page.getByRole('button', { name: /^(Search customers, orders|搜索客户、订单)/ })
async function open(): Promise<void> {
  await finder().waitFor()
  await page.keyboard.press('Control+k')
  await box().waitFor()
}

test('two letters, an arrow and Enter open a customer; Escape gives the page back', async () => {
  await page.goto(`${at.guanxi.url}/products`)
  await page.getByText('VALVE-10').waitFor()
  await open()
  await page.keyboard.type('zs')
  await options().filter({ hasText: '张三' }).waitFor()
  assert.match(await current().innerText(), /赵树理/)
  await page.keyboard.press('ArrowDown')
  assert.match(await current().innerText(), /张三/)
  assert.equal(await current().locator('mark').innerText(), '张三')
  assert.equal(await box().getAttribute('aria-activedescendant'), await current().getAttribute('id'))
  await picture('zs.en')
  await sound(page)
  await page.keyboard.press('Enter')
  await page.waitForURL(`**/customers/${ids['张三']}`)
  await page.getByRole('heading', { name: /张三/ }).first().waitFor()
  await finder().click()
  await box().waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  assert.equal(await page.evaluate('document.activeElement.className.includes("finder")'), true)
})

test('by either reading, by phone, by order, by product, and a page and an action by words or pinyin', async () => {
  for (const [typed, shown] of [
    ['shanxx', '单雄信'],
    ['dan', '单雄信'],
    ['hdjd', '华东机电设备有限公司'],
    ['01234', '张三'],
    ['so-2026', 'SO-2026-0042'],
    ['qiufa', 'VALVE-10'],
    ['kehu', 'Customers'],
    ['audit', 'Audit'],
    ['dark', 'Dark appearance'],
  ] as const) {
    await open()
    await page.keyboard.type(typed)
    await options().filter({ hasText: shown }).first().waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  }
})

test('Enter before the answer came opens what it begins with; an order opens on its customer’s page', async () => {
  await page.goto(`${at.guanxi.url}/customers`)
  await open()
  await page.keyboard.type('SO-2026-0042')
  await page.keyboard.press('Enter')
  await page.waitForURL(`**/customers/${ids['张三']}?see=order-*`)
  await page.getByRole('complementary').getByText('SO-2026-0042').first().waitFor()
})

test('Ctrl Enter opens another tab and stays', async () => {
  await open()
  await page.keyboard.type('kim')
  await options().filter({ hasText: 'Kim Lee' }).waitFor()
  const opened = page.context().waitForEvent('page')
  await page.keyboard.press('Control+Enter')
  const tab = await opened
  await tab.waitForURL(`**/customers/${ids['Kim Lee']}`)
  await tab.close()
  await box().waitFor()
  await page.keyboard.press('Escape')
})

test('empty, it shows where one was; an action begins from any page', async () => {
  await page.goto(`${at.guanxi.url}/products`)
  await page.getByText('VALVE-10').waitFor()
  await open()
  const visited = page.getByRole('group', { name: 'Visited lately' }).getByRole('option')
  await visited.filter({ hasText: '张三' }).first().waitFor()
  await picture('empty.en')
  await page.keyboard.type('new cust')
  await options().filter({ hasText: 'New customer' }).waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL('**/customers')
  await page.getByRole('dialog').getByText('New customer').first().waitFor()
  await page.keyboard.press('Escape')
})

test('what is not there says so', async () => {
  await page.goto(`${at.guanxi.url}/customers`)
  await open()
  await page.keyboard.type('qqqq no such')
  await page.getByText('Nothing found for').waitFor()
  await picture('nothing.en')
  await sound(page)
  await page.keyboard.press('Escape')
})

test('in Chinese, in the dark and on a phone', async () => {
  await ask(page, 'PATCH', '/session', { locale: 'zh-CN' })
  await page.evaluate(
    `localStorage.setItem('guanxi.locale', 'zh-CN'); localStorage.setItem('guanxi.theme', 'dark')`,
  )
  await page.setViewportSize({ width: 390, height: 844 })
  await page.goto(`${at.guanxi.url}/customers`)
  await page.getByRole('button', { name: '搜索客户、订单、产品、页面和操作' }).click()
  await picture('empty.zh.dark.390')
  await page.getByRole('combobox', { name: /姓名/ }).fill('z')
  await options().filter({ hasText: '张三' }).waitFor()
  await picture('z.zh.dark.390')
  await sound(page)
  await options().filter({ hasText: '张三' }).click()
  await page.waitForURL(`**/customers/${ids['张三']}`)
  await page.setViewportSize({ width: 1440, height: 900 })
  await page.keyboard.press('Control+k')
  await page.keyboard.type('hd')
  await options().filter({ hasText: '华东' }).waitFor()
  await picture('hd.zh.dark')
  await page.keyboard.press('Escape')
  assert.deepEqual(at.complaints, [])
  assert.ok(admin.name)
})
