import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { setUp, type Visit, visit } from './guanxi.ts'
import { sound } from './page.ts'

// Who is the same: told while typing, judged in the list, merged, parted. Both languages and a phone. Each test goes on
// where the one before ended.
const PICTURES = join(import.meta.dirname, 'screenshots')

let at: Visit
let page: Page
const ids: Record<string, number> = {}
before(async () => {
  mkdirSync(PICTURES, { recursive: true })
  at = await visit()
  page = await at.open()
  await setUp(page, at.link)
  ids['first'] = await make('赵敏', '13812340001', { note: 'met at the fair', tags: ['VIP'] })
  ids['second'] = await make('趙敏', '0086 138 1234 0001', { country: 'CN', tags: ['tea'] })
  await make('Jonathan Smith', '+447700900123', {})
  await make('Smith, Jonathan', '+447700900123', {})
})
after(() => at.end())

const picture = (of: Page, name: string) => of.screenshot({ path: join(PICTURES, `identity.${name}.png`) })

/** Through the API, as the page's own session. */
const call = (method: string, path: string, body?: object) =>
  page.evaluate(
    async ([method, path, body]) => {
      const session = (await (await fetch('/api/v1/session')).json()) as { csrf: string }
      const answer = await fetch(`/api/v1${path}`, {
        method: method as string,
        headers: { 'content-type': 'application/json', 'x-csrf-token': session.csrf },
        ...(body ? { body: JSON.stringify(body) } : {}),
      })
      if (!answer.ok) throw new Error(await answer.text())
      return answer.status === 204 ? null : await answer.json()
    },
    [method, path, body] as const,
  ) as Promise<{ id: number }>
const make = async (name: string, phone: string, over: object) => {
  const contact_points = [{ kind: 'phone', value: phone }]
  return (await call('POST', '/parties', { kind: 'person', name, contact_points, ...over })).id
}

test('who is typed a second time is told, with why, and nothing stands in the way of saving', async () => {
  await page.goto(`${at.guanxi.url}/customers`)
  await page.getByRole('button', { name: 'New customer' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Person', { exact: true }).click()
  await dialog.getByLabel('Name', { exact: true }).fill('Zhao Min')
  await dialog.getByLabel('Phone').fill('138 1234 0001')
  await dialog.getByRole('heading', { name: 'This may be there already' }).waitFor()
  await dialog.getByText('Almost certain').first().waitFor()
  await dialog.getByText('Names that read the same in pinyin').first().waitFor()
  await picture(page, 'typing.en')
  await sound(page)
  await page.keyboard.press('Escape')
})

test('the list of duplicates says why and how sure; no is a key, and merging is one more', async () => {
  await page.goto(`${at.guanxi.url}/duplicates`)
  await page.getByRole('button', { name: 'Look through everybody' }).click()
  await page.getByRole('button', { name: /Jonathan Smith/ }).waitFor({ timeout: 60_000 })
  await page.getByText('Last looked through').waitFor({ timeout: 60_000 })
  await picture(page, 'list.en')
  await sound(page)
  await page.getByRole('button', { name: /Jonathan Smith/ }).click()
  await page.getByRole('region', { name: /Jonathan/ }).waitFor()
  await page.keyboard.press('n')
  await page.getByText('Remembered: not the same').waitFor()
  await page.getByRole('button', { name: /Jonathan Smith/ }).waitFor({ state: 'detached' })
  await page.keyboard.press('m')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('radio', { name: `Keep this one: 赵敏 #${ids['first']}` }).check()
  await dialog.getByRole('radio', { name: 'Name: 趙敏' }).check()
  await picture(page, 'merge.en')
  await sound(page)
  await dialog.getByRole('button', { name: 'Merge customers' }).click()
  await page.getByText('Merged into “趙敏”').waitFor()
})

test('the old number leads to the survivor, whose page says who was merged', async () => {
  await page.goto(`${at.guanxi.url}/customers/${ids['second']}`)
  await page.waitForURL(`**/customers/${ids['first']}`)
  await page.getByRole('heading', { name: '趙敏' }).waitFor()
  await page.getByRole('region', { name: 'Merged' }).getByText(`#${ids['second']}`).waitFor()
  await picture(page, 'party.en')
  await sound(page)
})

test('what was merged from the list can be parted from the list', async () => {
  await page.goto(`${at.guanxi.url}/duplicates`)
  await page.getByRole('tab', { name: 'Merged lately' }).click()
  const list = page.getByRole('list', { name: 'Merged lately' })
  await list.getByText(`#${ids['second']}`).waitFor()
  await picture(page, 'lately.en')
  await sound(page)
  await list
    .getByRole('button', { name: /Undo the merge/ })
    .first()
    .click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Both become what they were').waitFor()
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await page.goto(`${at.guanxi.url}/customers/${ids['first']}`)
})

test('parted in Chinese on a phone: what came since goes where the person says', async () => {
  await call('POST', `/parties/${ids['first']}/contact-points`, { kind: 'email', value: 'zhao@new.example' })
  await page.getByRole('button', { name: '中' }).click()
  await page.getByRole('region', { name: '合并记录' }).waitFor()
  const phone = await at.open({
    viewport: { width: 390, height: 844 },
    locale: 'zh-CN',
    storageState: await page.context().storageState(),
  })
  await phone.goto(`${at.guanxi.url}/customers/${ids['first']}`)
  await phone.goto(`${at.guanxi.url}/duplicates`)
  await phone.waitForLoadState('networkidle')
  await picture(phone, 'list.390')
  for (const tab of await phone.getByRole('tab').all()) {
    const { x, width } = (await tab.boundingBox())!
    assert.ok(x >= 0 && x + width <= 390, `${await tab.textContent()} stands at ${x}, ${width} wide`)
  }
  await phone.goto(`${at.guanxi.url}/customers/${ids['first']}?tab=history`)
  await phone.getByRole('button', { name: '撤销合并…' }).waitFor()
  await phone.goto(`${at.guanxi.url}/duplicates?band=merged`)
  const part = phone.getByRole('button', { name: new RegExp(`撤销合并….*#${ids['second']}`) })
  await part.waitFor()
  await picture(phone, 'lately.390')
  await sound(phone)
  await part.click()
  const dialog = phone.getByRole('dialog')
  await dialog
    .getByRole('radio', { name: /zhao@new\.example: 趙敏/ })
    .last()
    .check()
  await picture(phone, 'part.390')
  await sound(phone)
  await dialog.getByRole('button', { name: '撤销合并', exact: true }).click()
  await phone.getByText('“趙敏”已恢复').waitFor()
  const [first, second] = await Promise.all([
    call('GET', `/parties/${ids['first']}`),
    call('GET', `/parties/${ids['second']}`),
  ])
  const told = JSON.stringify(second)
  assert.ok(told.includes('zhao@new.example') && !JSON.stringify(first).includes('zhao@new.example'))
  assert.deepEqual(at.complaints, [])
})
