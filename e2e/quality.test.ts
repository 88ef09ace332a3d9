import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { setUp, type Visit, visit } from './guanxi.ts'
import { sound } from './page.ts'

// The quality of the base, in a real browser, both languages and a phone. Each test goes on where the one before ended.
const PICTURES = join(import.meta.dirname, 'screenshots')
const SCORED_MS = 60_000

let at: Visit
let page: Page
before(async () => {
  mkdirSync(PICTURES, { recursive: true })
  at = await visit()
  page = await at.open()
  await setUp(page, at.link)
  for (const name of ['Test 2', 'Old Harbour Ltd', '陈建国']) await make(name)
})
after(() => at.end())

const picture = (of: Page, name: string) =>
  of.screenshot({ path: join(PICTURES, `quality.${name}.png`), fullPage: false })

/** Through the API, as the page's own session. */
const make = (name: string) =>
  page.evaluate(async (name) => {
    const session = (await (await fetch('/api/v1/session')).json()) as { csrf: string }
    const answer = await fetch('/api/v1/parties', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf-token': session.csrf },
      body: JSON.stringify({
        kind: 'person',
        name,
        roles: ['customer'],
        contact_points: [{ kind: 'email', value: `${name.length}@huadong.cn` }],
      }),
    })
    if (!answer.ok) throw new Error(await answer.text())
  }, name)

test('the page says what is wrong with the base, and a bar leads to the list to mend', async () => {
  await page.goto(`${at.guanxi.url}/quality`)
  await page.getByRole('link', { name: 'No owner' }).waitFor({ timeout: SCORED_MS })
  await picture(page, 'en')
  await sound(page)
  await page.getByRole('link', { name: 'No owner' }).click()
  await page.getByRole('heading', { name: 'Mend data' }).waitFor()
  await page.getByText('3 to go').waitFor()
  await picture(page, 'work.en')
  await sound(page)
})

test('an owner is assigned by keyboard alone, and the next customer stands there', async () => {
  await page.keyboard.press('f')
  await page.getByRole('listbox', { name: 'Owner' }).waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Save', exact: true }).press('Enter')
  await page.getByText('2 to go').waitFor()
})

test('a reason is put aside with why, and is found under what was put aside', async () => {
  await page.keyboard.press('s')
  await page.getByRole('textbox', { name: 'Why put it aside?' }).fill('waits for the new region')
  await page.keyboard.press('Enter')
  await page.getByText('1 to go').waitFor()
  await page.goto(`${at.guanxi.url}/quality/work?reason=no_owner&skipped=true`)
  await page.getByText('put aside by', { exact: false }).waitFor()
  await page.getByText('waits for the new region', { exact: false }).waitFor()
})

test('the customer’s page tells score and reasons, and a verification stands beside the contact point', async () => {
  await page.goto(`${at.guanxi.url}/customers?q=harbour`)
  await page.getByRole('link', { name: 'Old Harbour Ltd' }).click()
  await page.getByRole('region', { name: 'Data quality' }).waitFor()
  const act = async (name: string) => {
    await page
      .getByRole('region', { name: 'Contact points' })
      .getByRole('button', { name: 'Actions for' })
      .click()
    await page.getByRole('option', { name }).click()
  }
  await act('Record a verification…')
  await page.getByRole('textbox', { name: 'Source' }).fill('answered in person')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText(/^checked /).waitFor()
  await picture(page, 'party.en')
  await act('Record a bounce…')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('E-mail bounced').waitFor()
})

test('rules are changed by an administrator and applied to everybody', async () => {
  await page.goto(`${at.guanxi.url}/quality/rules`)
  await page.getByRole('checkbox', { name: 'No owner' }).uncheck()
  await picture(page, 'rules.en')
  await sound(page)
  await page.getByRole('button', { name: 'Save the rules' }).click()
  await page.getByText('Version 2').waitFor()
  await page.goto(`${at.guanxi.url}/quality`)
  await page.getByRole('link', { name: 'Name looks like a test' }).waitFor({ timeout: SCORED_MS })
  assert.equal(await page.getByText('No owner', { exact: true }).count(), 0)
})

test('in Chinese, and on a phone, nothing sticks out and every word is Chinese', async () => {
  await page.getByRole('button', { name: '中' }).click()
  await page.getByRole('heading', { name: '数据质量', level: 1 }).waitFor()
  await page.getByRole('link', { name: '名称像是测试数据' }).waitFor()
  await picture(page, 'zh')
  await page.setViewportSize({ width: 390, height: 844 })
  for (const path of ['/quality', '/quality/work?reason=test_name', '/quality/rules']) {
    await page.goto(`${at.guanxi.url}${path}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.waitForLoadState('networkidle')
    assert.ok((await page.evaluate<number>('document.documentElement.scrollWidth')) <= 390, path)
    await picture(page, `phone${path.replaceAll(/\W+/g, '.')}`)
    await sound(page)
  }
  assert.deepEqual(at.complaints, [])
})
