import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { setUp, type Visit, visit } from './guanxi.ts'
import { sound } from './page.ts'

// A company's own fields, in a real browser, both languages and a phone. Each test goes on where the one before ended.
const PICTURES = join(import.meta.dirname, 'screenshots')

let at: Visit
let page: Page
before(async () => {
  mkdirSync(PICTURES, { recursive: true })
  at = await visit()
  page = await at.open()
  await setUp(page, at.link)
})
after(() => at.end())

const picture = (of: Page, name: string) => of.screenshot({ path: join(PICTURES, `fields.${name}.png`) })
/** Through the API, as the page's own session. */
const post = (path: string, body: unknown) =>
  page.evaluate(
    async ([path, body]) => {
      const session = (await (await fetch('/api/v1/session')).json()) as { csrf: string }
      const answer = await fetch(`/api/v1/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-csrf-token': session.csrf },
        body: JSON.stringify(body),
      })
      if (!answer.ok) throw new Error(await answer.text())
      return (await answer.json()) as { id: number }
    },
    [path, body] as const,
  )

test('a field is defined with its options, and its control shows as it will be', async () => {
  await page.goto(`${at.guanxi.url}/admin/fields`)
  await page.getByText('No custom fields yet').waitFor()
  await picture(page, 'empty')
  await page.getByRole('button', { name: 'New field' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name in Chinese').fill('行业')
  await dialog.getByLabel('Name in English').fill('Industry')
  await dialog.getByLabel('Section in English').fill('Business')
  await dialog.getByLabel('Section in Chinese').fill('经营')
  // On a busy machine the list of kinds may still be unfolding under the click.
  const more = dialog.getByRole('button', { name: 'Add an option' })
  for (let tries = 0; tries < 5 && !(await more.isVisible()); tries++) {
    await dialog.getByRole('combobox', { name: 'Kind' }).click()
    await page.getByTitle('Choice', { exact: true }).click()
    await more.waitFor({ timeout: 15_000 }).catch(() => undefined)
  }
  for (const [i, [zh, en]] of [
    ['机械', 'Machinery'],
    ['电气', 'Electrics'],
  ].entries()) {
    await dialog.getByRole('button', { name: 'Add an option' }).click()
    await dialog.getByLabel(`Chinese ${i + 1}`).fill(zh!)
    await dialog.getByLabel(`English ${i + 1}`).fill(en!)
  }
  await dialog.getByText('Asked when a customer is added').click()
  await picture(page, 'editor')
  await sound(page)
  await dialog.getByRole('button', { name: 'New field' }).click()
  await page
    .getByRole('button', { name: /Industry/ })
    .first()
    .waitFor()
  const kinds = [
    ['credit', 'money', '授信额度', 'Credit limit'],
    ['since', 'date', '合作日期', 'Partner since'],
    ['site', 'link', '网站', 'Web site'],
    ['areas', 'multi_choice', '领域', 'Areas'],
    ['boss', 'party', '上级', 'Reports to'],
    ['staff', 'number', '员工数', 'Staff'],
    ['listed', 'yes_no', '上市', 'Listed'],
  ] as const
  for (const [key, kind, label_zh, label_en] of kinds)
    await post('custom-fields', {
      key,
      kind,
      label_zh,
      label_en,
      section_zh: '经营',
      section_en: 'Business',
      ...(kind === 'multi_choice'
        ? {
            options: [
              { key: 'a', label_zh: '华东', label_en: 'East', archived: false },
              { key: 'b', label_zh: '华南', label_en: 'South', archived: false },
            ],
          }
        : {}),
      ...(kind === 'money' ? { rules: { currency: 'GBP' } } : {}),
    })
  await page.reload()
  await page.getByText('Credit limit').waitFor()
  await picture(page, 'list')
  await sound(page)
})

test('fields are put in order by the keyboard', async () => {
  const lines = page.locator('.flist li')
  await page.getByRole('button', { name: 'Move “Credit limit”: arrow up and down' }).focus()
  await page.keyboard.press('ArrowUp')
  await lines.first().getByText('Credit limit').waitFor()
})

test('a new customer is asked, and every value is changed where it stands', async () => {
  await post('parties', { kind: 'organisation', name: 'Old Harbour Ltd', roles: ['customer'] })
  await page.goto(`${at.guanxi.url}/customers`)
  await page.getByRole('button', { name: /New customer/ }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name', { exact: true }).fill('Kestrel Ltd')
  await dialog.getByRole('combobox', { name: 'Industry' }).click()
  await page.getByTitle('Machinery', { exact: true }).click()
  await picture(page, 'new')
  await dialog.getByRole('button', { name: /Create/ }).click()
  await page.waitForURL('**/customers?peek=*')
  await page.getByText('Machinery').waitFor()
  await picture(page, 'peek')
  await page.getByRole('button', { name: /^Open/ }).click()
  await page.waitForURL('**/customers/*')
  const block = page.getByRole('region', { name: 'Business' })
  await block.getByText('Machinery').waitFor()
  await block.getByRole('button', { name: /Credit limit/ }).click()
  await block.getByRole('textbox', { name: 'Credit limit' }).fill('12,500.50')
  await page.keyboard.press('Enter')
  await block.getByText('£12,500.50').waitFor()
  await block.getByRole('button', { name: /Web site/ }).click()
  await block.getByRole('textbox', { name: 'Web site' }).fill('javascript:alert(1)')
  await page.keyboard.press('Enter')
  await block.getByRole('alert').waitFor()
  await picture(page, 'refused')
  await page.keyboard.press('Escape')
  await block.getByRole('button', { name: /Web site/ }).click()
  await block.getByRole('textbox', { name: 'Web site' }).fill('kestrel.example')
  await page.keyboard.press('Enter')
  await block.getByText('kestrel.example').waitFor()
  assert.equal(
    await block.getByRole('link', { name: 'Open' }).getAttribute('href'),
    'https://kestrel.example',
  )
  await block.getByRole('button', { name: /Reports to/ }).click()
  await block.getByRole('combobox').fill('Old Har')
  await page.getByRole('option', { name: /Old Harbour/ }).click()
  await block
    .getByRole('button', { name: /Reports to/ })
    .getByText('Old Harbour Ltd')
    .waitFor()
  await page.getByText('Credit limit').last().waitFor()
  await picture(page, 'party')
  await sound(page)
})

test('in Chinese, on a phone, and dark', async () => {
  const phone = await at.open({ locale: 'zh-CN', viewport: { width: 390, height: 844 }, colorScheme: 'dark' })
  await phone.context().addCookies(await page.context().cookies())
  await phone.goto(page.url())
  await phone.getByText('Kestrel Ltd').first().waitFor()
  await picture(phone, 'party.phone')
  await phone.goto(`${at.guanxi.url}/admin/fields`)
  await phone.locator('.flist li').first().waitFor()
  await picture(phone, 'list.phone')
  await sound(phone)
  assert.deepEqual(at.complaints, [])
})
