import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { setUp, type Visit, visit } from './guanxi.ts'
import { sound } from './page.ts'

// Tags, market roles and pools as an administrator sets them, in a real browser, both languages and a phone.
const PICTURES = join(import.meta.dirname, 'screenshots')

let at: Visit
let page: Page
before(async () => {
  mkdirSync(PICTURES, { recursive: true })
  at = await visit()
  page = await at.open()
  await setUp(page, at.link)
  for (const [name, tag] of [
    ['陈建国', 'vip'],
    ['Kim Lee', 'vip'],
    ['Old Harbour Ltd', 'silver'],
  ] as const)
    await make(name, tag)
})
after(() => at.end())

const picture = (of: Page, name: string) => of.screenshot({ path: join(PICTURES, `labels.${name}.png`) })
const make = (name: string, tag: string) =>
  page.evaluate(
    async ([name, tag]) => {
      const session = (await (await fetch('/api/v1/session')).json()) as { csrf: string }
      const answer = await fetch('/api/v1/parties', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-csrf-token': session.csrf },
        body: JSON.stringify({ kind: 'person', name, roles: ['customer'], tags: [tag] }),
      })
      if (!answer.ok) throw new Error(await answer.text())
    },
    [name, tag],
  )

test('a tag is renamed for everybody who has it, with how many, and the change is undone', async () => {
  await page.goto(`${at.guanxi.url}/admin/tags`)
  await page.getByRole('button', { name: 'Actions for vip' }).click()
  await page.getByRole('option', { name: 'Rename…' }).click()
  await page.getByText('2 customers will change').waitFor()
  await page.getByRole('textbox', { name: 'New name' }).fill('VIP')
  await page.getByRole('button', { name: 'Change 2 customers' }).click()
  await page.getByText('vip renamed VIP').waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()
  await page.getByText('undone', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Actions for vip', exact: true }).waitFor()
  await picture(page, 'tags.en')
  await sound(page)
})

test('a market role is called as the company calls it, on every page', async () => {
  await page.goto(`${at.guanxi.url}/admin/market_roles`)
  await page.getByRole('textbox', { name: 'In English: Customer' }).fill('Client')
  await picture(page, 'roles.en')
  await sound(page)
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Saved').waitFor()
  await page.goto(`${at.guanxi.url}/customers`)
  await page.getByText('Client', { exact: true }).first().waitFor()
})

test('a market role that is not offered is in no filter and no picker, until one looks at who has it', async () => {
  await page.goto(`${at.guanxi.url}/admin/market_roles`)
  await page.getByRole('checkbox', { name: 'Offered: Supplier' }).uncheck()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Saved').waitFor()
  await page.goto(`${at.guanxi.url}/quality`)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.getByRole('button', { name: 'Filter', exact: true }).click()
  await page.getByRole('option', { name: 'market role', exact: true }).click()
  await page.getByRole('option', { name: 'Client' }).waitFor()
  assert.equal(await page.getByRole('option', { name: 'Supplier' }).count(), 0)
  await page.goto(`${at.guanxi.url}/quality/rules`)
  await page
    .getByRole('combobox', { name: /^Applies to/ })
    .first()
    .click()
  await page.locator('.ant-select-item-option', { hasText: 'Client' }).first().waitFor()
  assert.equal(await page.locator('.ant-select-item-option', { hasText: 'Supplier' }).count(), 0)
  await page.goto(`${at.guanxi.url}/quality?role=supplier`)
  await page.locator('.cond', { hasText: 'Supplier' }).waitFor()
})

test('a market role of one’s own is added, given, filtered by, and taken away while nobody has it', async () => {
  await page.goto(`${at.guanxi.url}/admin/market_roles`)
  const form = page.getByRole('form', { name: 'A market role of your own' })
  await form.getByRole('textbox', { name: /In English/ }).fill('Press')
  await form.getByRole('button', { name: 'Add' }).click()
  await page.getByText('Added the market role “Press”').waitFor()
  await page.getByRole('button', { name: 'Remove “Press”' }).click()
  await page.getByText('Removed the market role “Press”').waitFor()
  await page.getByRole('button', { name: 'Undo' }).last().click()
  await page.getByRole('button', { name: 'Remove “Press”' }).waitFor()
  await form.getByRole('textbox', { name: /In English/ }).fill('Key account')
  await form.getByRole('textbox', { name: /In Chinese/ }).fill('大客户')
  await form.getByRole('button', { name: 'Add' }).click()
  await page.getByText('Added the market role “Key account”').waitFor()
  await picture(page, 'roles.own.en')
  await sound(page)
  await page.goto(`${at.guanxi.url}/customers`)
  await page.getByRole('link', { name: 'Kim Lee' }).click()
  await page.getByRole('button', { name: 'Add a market role' }).click()
  await page.getByRole('option', { name: 'Key account' }).click()
  const roles = page.getByRole('region', { name: 'Market roles' })
  await roles.getByText('Key account').waitFor()
  await page.goto(`${at.guanxi.url}/customers?role=own_key_account`)
  await page.getByRole('link', { name: 'Kim Lee' }).waitFor()
  await page.locator('.cond', { hasText: 'Key account' }).waitFor()
  await page.goto(`${at.guanxi.url}/customers?role=own_press`)
  await page.locator('.cond', { hasText: 'Press' }).waitFor()
  assert.equal(await page.getByRole('link', { name: 'Kim Lee' }).count(), 0)
})

test('a pool is made, its customers wait there, are claimed and returned with why', async () => {
  await page.goto(`${at.guanxi.url}/pools`)
  await page.getByRole('button', { name: 'New pool' }).click()
  await page.getByLabel('Name').fill('Everybody’s')
  await page.getByRole('combobox', { name: 'Unit' }).click()
  await page.keyboard.press('Enter')
  await picture(page, 'pool.new.en')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('checkbox', { name: 'Kim Lee' }).check()
  await picture(page, 'pool.en')
  await sound(page)
  await page.getByRole('button', { name: 'Claim 1 customer' }).click()
  await page.getByRole('tab', { name: 'Mine' }).click()
  await page.getByRole('link', { name: 'Kim Lee' }).waitFor()
  await page.getByRole('button', { name: 'Return' }).click()
  await page.getByRole('textbox', { name: 'Why?' }).fill('moved away')
  await page.getByRole('dialog').getByRole('button', { name: 'Return' }).click()
  await page.getByText('You own no customer of this pool').waitFor()
  await page.getByRole('tab', { name: 'Waiting' }).click()
  await page.getByText('moved away').waitFor()
})

test('in Chinese and on a phone nothing sticks out', async () => {
  await page.getByRole('button', { name: '中' }).click()
  await page.getByRole('tab', { name: '待领取' }).waitFor()
  await picture(page, 'pool.zh')
  await page.setViewportSize({ width: 390, height: 844 })
  for (const path of ['/pools', '/admin/tags', '/admin/market_roles']) {
    await page.goto(`${at.guanxi.url}${path}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.waitForLoadState('networkidle')
    assert.ok((await page.evaluate<number>('document.documentElement.scrollWidth')) <= 390, path)
    await picture(page, `phone${path.replaceAll('/', '.')}`)
    await sound(page)
  }
  assert.deepEqual(at.complaints, [])
})
