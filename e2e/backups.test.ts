import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { admin, setUp, type Visit, visit } from './guanxi.ts'

// 12: backup and restore by an administrator, in a real browser, in both languages.
let one: Visit
let page: Page
before(async () => {
  one = await visit()
  page = await one.open()
  await setUp(page, one.link)
})
after(() => one.end())

const customers = async (): Promise<number> => {
  const answer = await page.request.get(`${one.guanxi.url}/api/v1/parties?limit=200`)
  return ((await answer.json()) as { items: unknown[] }).items.length
}
const create = async (name: string): Promise<void> => {
  const session = await page.request.get(`${one.guanxi.url}/api/v1/session`)
  const { csrf } = (await session.json()) as { csrf: string }
  const answer = await page.request.post(`${one.guanxi.url}/api/v1/parties`, {
    headers: { 'x-csrf-token': csrf },
    data: { kind: 'organisation', name, roles: [{ role: 'customer' }] },
  })
  assert.equal(answer.status(), 201)
}

test('an administrator backs up, loses something, and has it back; then signs in again', async () => {
  for (const name of ['华信科技', '北辰贸易', 'Acme']) await create(name)
  assert.equal(await customers(), 3)
  await page.goto(`${one.guanxi.url}/backups`)
  await page.getByText('No backups yet').waitFor()
  await page.getByRole('button', { name: 'Back up now' }).click()
  await page
    .getByText(/^guanxi-\d{8}-\d{6}-\d+\.zip$/)
    .first()
    .waitFor()
  await page.getByRole('button', { name: 'Back up now' }).waitFor({ timeout: 90_000 })
  await create('Too much')
  assert.equal(await customers(), 4)

  await page.goto(`${one.guanxi.url}/backups`)
  await page
    .getByText(/^guanxi-.*\.zip$/)
    .first()
    .click()
  await page.getByRole('button', { name: 'Try it' }).click()
  await page.getByText('equal to the byte').waitFor({ timeout: 60_000 })
  await page.getByRole('button', { name: 'Restore…' }).click()
  const confirm = page.getByRole('button', { name: 'Restore', exact: true })
  assert.equal(await confirm.isDisabled(), true, 'not before the name is typed')
  await page.getByLabel(/Type the name of the company/).fill(admin.company)
  await confirm.click()
  await page.getByText('Restored', { exact: true }).waitFor({ timeout: 60_000 })
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByLabel('E-mail').fill(admin.email)
  await page.getByLabel('Password').fill(admin.password)
  await page.keyboard.press('Enter')
  await page.waitForURL('**/customers')
  assert.equal(await customers(), 3)
})

test('in Chinese: everything is downloaded, brought back as an upload, and restored', async () => {
  const chinese = await one.open({ locale: 'zh-CN', timezoneId: 'Asia/Shanghai' })
  await chinese.goto(`${one.guanxi.url}/backups`)
  await chinese.getByLabel('邮箱').fill(admin.email)
  await chinese.getByLabel('密码').fill(admin.password)
  await chinese.keyboard.press('Enter')
  await chinese.getByRole('button', { name: 'Back up now' }).waitFor({ timeout: 90_000 })
  await chinese.getByRole('button', { name: '中', exact: true }).click()
  await chinese.getByRole('button', { name: '立即备份' }).waitFor()
  const download = chinese.waitForEvent('download')
  await chinese.locator('a[href*="/backups/everything"]').click()
  const path = join(one.home, 'brought.zip')
  await (await download).saveAs(path)
  const bytes = await readFile(path)
  assert.equal(bytes.readUInt32LE(0), 0x04034b50)
  await chinese.locator('input[type=file]').setInputFiles(path)
  await chinese.getByText('brought.zip', { exact: true }).first().waitFor()

  const broken = join(one.home, 'broken.zip')
  await writeFile(broken, bytes.subarray(0, bytes.length - 400))
  await chinese.locator('input[type=file]').setInputFiles(broken)
  await chinese.getByText('备份文件不完整，可能没有传完或被截断').waitFor()
  assert.equal(await chinese.getByText('broken.zip', { exact: true }).count(), 0)

  await create('稍后录入')
  assert.equal(await customers(), 4)
  await chinese.getByText('brought.zip', { exact: true }).first().click()
  await chinese.getByRole('button', { name: '恢复…' }).click()
  await chinese.getByLabel(/输入公司名称/).fill(admin.company)
  await chinese.getByRole('button', { name: /^恢\s?复$/ }).click()
  await chinese.getByText('已恢复', { exact: true }).waitFor({ timeout: 60_000 })
  assert.equal(
    (await page.request.get(`${one.guanxi.url}/api/v1/session`)).status(),
    401,
    'everybody was signed out',
  )
})
