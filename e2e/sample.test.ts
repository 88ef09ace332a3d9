import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { admin, setUp, type Visit, visit } from './guanxi.ts'

// Sample in, sample out, in a real browser and both languages. Each test goes on where the one before left the page.
const PICTURES = join(import.meta.dirname, 'screenshots')
const LOAD_MS = 60_000

let at: Visit
let page: Page
before(async () => {
  mkdirSync(PICTURES, { recursive: true })
  at = await visit()
  page = await at.open()
})
after(() => at.end())

const picture = (of: Page, name: string) => of.screenshot({ path: join(PICTURES, `sample-${name}.png`) })
const signIn = async (of: Page, email: string, password: string) => {
  await of.goto(at.guanxi.url)
  await of.locator('input[type=email]').fill(email)
  await of.locator('input[type=password]').fill(password)
  await of.locator('button[type=submit]').click()
  await of.getByRole('heading', { level: 1 }).waitFor()
}

let password = ''
test('a new administrator lands on an empty list that offers the sample, and one click loads it', async () => {
  await setUp(page, at.link)
  await page.getByRole('button', { name: 'Explore with sample data' }).waitFor()
  await picture(page, 'empty')
  await page.getByRole('button', { name: 'Explore with sample data' }).click()
  await page.getByRole('heading', { name: 'Loading the sample company' }).waitFor()
  await page.getByText(/sample data are being loaded/).waitFor()
  await picture(page, 'loading')
  await page.getByRole('heading', { name: 'Look at it as somebody else' }).waitFor({ timeout: LOAD_MS })
  password = await page.locator('.samplekey code').innerText()
  assert.match(password, /^([a-z2-9]{4}-){3}[a-z2-9]{4}$/)
  assert.equal(await page.getByRole('row').count(), 17)
  await picture(page, 'loaded')
})

test('the lists are full, in the currency that was chosen, and every page says that it is a sample', async () => {
  await page.getByRole('button', { name: 'See the customers' }).click()
  await page.getByText('1,282', { exact: true }).first().waitFor()
  await page.getByText(/£/).first().waitFor()
  await picture(page, 'customers')
  for (const path of ['/customers', '/products', '/import', '/jobs']) {
    await page.goto(`${at.guanxi.url}${path}`)
    await page.getByText('You are looking at sample data').waitFor()
  }
})

test('the password is not shown a second time; a new one takes its place', async () => {
  await page.goto(`${at.guanxi.url}/sample`)
  await page.getByRole('button', { name: 'New password' }).click()
  await page.locator('.samplekey code').waitFor()
  const next = await page.locator('.samplekey code').innerText()
  assert.notEqual(next, password)
  password = next
})

test('a relationship manager signs in, in Chinese, sees their team and cannot remove anything', async () => {
  const chinese = await at.open({ locale: 'zh-CN', timezoneId: 'Asia/Shanghai' })
  await signIn(chinese, 'shanghai@sample.example', password)
  await chinese.getByText('您正在查看示例数据').waitFor()
  assert.equal(await chinese.getByRole('button', { name: '移除示例数据' }).count(), 0)
  assert.equal(await chinese.getByText('Ltd').count(), 0)
  await picture(chinese, 'manager-zh')
  await chinese
    .getByRole('link', { name: /有限公司/ })
    .first()
    .click()
  await chinese
    .getByRole('button', { name: '编辑备注' })
    .or(chinese.getByRole('button', { name: /备注/ }))
    .first()
    .click()
  await chinese.getByRole('textbox', { name: '备注' }).fill('已约下周见面')
  // The page shows an edit before the server has it.
  const kept = chinese.waitForResponse((answer) => answer.request().method() === 'PATCH')
  await chinese.keyboard.press('Tab')
  assert.equal((await kept).status(), 200)
  await chinese
    .getByText(/备注.*已约下周见面/)
    .first()
    .waitFor()
  await picture(chinese, 'party-zh')
  await chinese.context().close()
})

test('removal says who has changed what, then takes all of it away', async () => {
  await page.goto(`${at.guanxi.url}/customers`)
  await page
    .getByText(/^1,282/)
    .first()
    .waitFor()
  await page.getByRole('button', { name: 'Remove sample data' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText(/People have changed 1 of the parties/).waitFor()
  await dialog.getByText(/周明轩/).waitFor()
  await picture(page, 'remove')
  await dialog.getByRole('button', { name: 'Remove all of it' }).click()
  await page.getByRole('heading', { name: 'No customers yet' }).waitFor({ timeout: LOAD_MS })
  assert.equal(await page.getByText('You are looking at sample data').count(), 0)
  await page.reload()
  await page.getByRole('button', { name: 'Explore with sample data' }).waitFor()
})

test('in Chinese, on a telephone, in the dark: loaded again and removed by the administrator', async () => {
  const phone = await at.open({
    locale: 'zh-CN',
    viewport: { width: 390, height: 844 },
    colorScheme: 'dark',
  })
  await signIn(phone, admin.email, admin.password)
  // The account's own language came with the set-up.
  await phone.getByRole('button', { name: /王敏|账户|Account/ }).click()
  await phone.getByRole('button', { name: '中文' }).click()
  await phone.keyboard.press('Escape')
  await phone.getByRole('button', { name: '用示例数据看看' }).click()
  await phone.getByRole('heading', { name: '换个角色看看' }).waitFor({ timeout: LOAD_MS })
  await picture(phone, 'loaded-phone-zh')
  await phone.getByRole('button', { name: '去看客户' }).click()
  await phone.getByText('您正在查看示例数据').waitFor()
  await phone.getByText('1,282 位').waitFor()
  await picture(phone, 'customers-phone-zh')
  await phone.getByRole('button', { name: '移除示例数据' }).click()
  await phone
    .getByRole('dialog')
    .getByText(/1,282 位客户与往来方/)
    .waitFor()
  await picture(phone, 'remove-phone-zh')
  await phone.getByRole('button', { name: '全部移除' }).click()
  await phone.getByRole('heading', { name: '还没有客户' }).waitFor({ timeout: LOAD_MS })
  await phone.context().close()
})

test('no page complained: no script failed, no style or script was refused', () => {
  assert.deepEqual(at.complaints, [])
})
