import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { setUp, type Visit, visit } from './guanxi.ts'
import { ask, sound } from './page.ts'

// Somebody asks the list a question in a sentence, by keyboard alone, keeps it as a view, sends its address to a
// colleague; in both languages and on a phone, with pictures in e2e/screenshots (not committed).
const PICTURES = join(import.meta.dirname, 'screenshots')
// What the functions below find in the browser: the page's own policy lets no text be evaluated there.
declare const document: {
  querySelectorAll(selector: string): Iterable<{ textContent: string | null }> & { length: number }
}
let at: Visit
let page: Page

before(async () => {
  await mkdir(PICTURES, { recursive: true })
  at = await visit()
  page = await at.open()
  await setUp(page, at.link)
  for (const [name, country, tags, kind] of [
    ['长江贸易', 'CN', ['VIP'], 'organisation'],
    ['Anna Bauer', 'DE', [], 'person'],
    ['Kestrel', 'GB', ['VIP', 'core'], 'organisation'],
    ['李娜', 'CN', ['core'], 'person'],
  ] as const)
    await ask(page, 'POST', '/parties', { kind, name, country, tags, roles: ['customer'] })
  await ask(page, 'POST', '/custom-fields', {
    key: 'level',
    kind: 'choice',
    label_zh: '等级',
    label_en: 'Level',
    options: ['gold', 'wood'].map((key) => ({ key, label_zh: key, label_en: key, archived: false })),
  })
})
after(() => at.end())

const picture = (name: string) => page.screenshot({ path: join(PICTURES, `lists.${name}.png`) })
const rows = () => page.getByRole('grid').getByRole('row')
const shows = (...names: string[]) =>
  page.waitForFunction((wanted) => {
    const cells = [...document.querySelectorAll('[role=grid] .body .nm2 .z')]
    return JSON.stringify(cells.map((cell) => cell.textContent).sort()) === JSON.stringify(wanted)
  }, [...names].sort())
const chip = (text: RegExp) => page.locator('.filter .cond').filter({ hasText: text })
const linkTo = (filter: object, more: Record<string, string> = {}) =>
  `${at.guanxi.url}/customers?${new URLSearchParams({ filter: JSON.stringify(filter), ...more })}`

/** Opens the list of fields and picks one, without a mouse. */
async function add(field: string): Promise<void> {
  await page.getByRole('button', { name: /^(Filter|条件)$/ }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('listbox').waitFor()
  await page.keyboard.type(field)
  await page.keyboard.press('Enter')
  await page.locator('.fedit').waitFor()
}

test('a question is asked in a sentence by keyboard alone, with and, or and not', async () => {
  await page.goto(`${at.guanxi.url}/customers`)
  await shows('长江贸易', 'Anna Bauer', 'Kestrel', '李娜')
  await add('tag')
  await page.keyboard.type('VIP')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Space')
  await page.keyboard.press('Enter')
  await shows('长江贸易', 'Kestrel')
  await chip(/tag.*VIP/)
    .getByRole('button', { name: /VIP/ })
    .focus()
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Or …' }).focus()
  await page.keyboard.press('Enter')
  await chip(/choose/).waitFor()
  // The box that closes is still on its way out.
  await page.waitForFunction(() => document.querySelectorAll('.fedit').length === 1)
  await page.keyboard.type('core')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Space')
  await page.keyboard.press('Enter')
  await shows('长江贸易', 'Kestrel', '李娜')
  assert.match(page.url(), /filter=.*any/)
  await picture('en.sentence.1440')
  await sound(page)
  await page.getByRole('button', { name: /^or/ }).focus()
  await page.keyboard.press('Enter')
  await shows('Kestrel')
  await page.getByRole('button', { name: 'Clear', exact: true }).click()
  await shows('长江贸易', 'Anna Bauer', 'Kestrel', '李娜')
})

test('dates are asked as people say them, and a negated group reads as one', async () => {
  await page.goto(
    linkTo({
      all: [
        { field: 'last_order_at', op: 'ago', value: { n: 90, unit: 'day' } },
        { not: { any: [{ field: 'country', op: 'is', value: 'CN' }] } },
      ],
    }),
  )
  await chip(/last order.*is more than 90 days ago/).waitFor()
  await page.getByRole('button', { name: /^not/ }).waitFor()
  await page.getByText('No customer matches').waitFor()
})

test('a view is saved, stands as a tab, tells what differs, and is kept, reset, copied and deleted', async () => {
  await page.goto(linkTo({ field: 'tag', op: 'is', value: 'VIP' }))
  await shows('长江贸易', 'Kestrel')
  await page.getByRole('button', { name: 'Save as view' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('VIPs')
  await page.getByLabel('Everyone').check()
  await page.keyboard.press('Enter')
  await page.waitForURL(/\?view=\d+$/)
  assert.equal(await page.getByRole('tab', { name: 'VIPs' }).getAttribute('aria-selected'), 'true')
  await add('country')
  await page.keyboard.type('GB')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Space')
  await page.keyboard.press('Enter')
  await shows('Kestrel')
  await page.getByText('modified').waitFor()
  await page.getByRole('button', { name: 'Reset' }).click()
  await shows('长江贸易', 'Kestrel')
  await page.getByRole('button', { name: 'Columns' }).click()
  await page.getByLabel('Level').check()
  await page.getByRole('columnheader', { name: 'Level' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.waitForURL(/\?view=\d+$/)
  await page.reload()
  await page.getByRole('columnheader', { name: 'Level' }).waitFor()
  await page.getByRole('button', { name: 'All views' }).click()
  await page.getByRole('button', { name: 'More for “VIPs”' }).click()
  await picture('en.views.1440')
  await page.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('button', { name: 'Really delete' }).click()
  await page.getByText('Deleted the view “VIPs”').waitFor()
  await shows('长江贸易', 'Anna Bauer', 'Kestrel', '李娜')
})

test('what an address asks and is not known is told, and never shows more than was asked', async () => {
  await page.goto(linkTo({ field: 'fields.salary', op: 'is', value: 1 }))
  await page.getByText(/Condition 1: there is no field “fields.salary”/).waitFor()
  assert.equal(await rows().count(), 0)
  await page.goto(`${at.guanxi.url}/customers?filter=%7B%22all`)
  await page.getByText('The filter in this link cannot be read').waitFor()
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await shows('长江贸易', 'Anna Bauer', 'Kestrel', '李娜')
  await page.goto(`${at.guanxi.url}/customers?sort=shoe_size&view=99&kind=ghost`)
  await page.getByText('This view is gone or not shared with you').waitFor()
  await page.getByText(/The order “shoe_size” in this link is not known/).waitFor()
  await page.getByText(/conditions that are not known: kind/).waitFor()
})

test('every column sorts; those without an index say that they take longer', async () => {
  await page.goto(`${at.guanxi.url}/customers`)
  await page
    .getByRole('columnheader', { name: /Country/ })
    .getByRole('button')
    .click()
  await page.waitForURL(/sort=country/)
  // China, Germany, United Kingdom: by their names.
  await page.waitForFunction(() => {
    const names = [...document.querySelectorAll('[role=grid] .body .nm2 .z')].map((one) => one.textContent)
    return names.indexOf('Anna Bauer') === 2 && names.indexOf('Kestrel') === 3
  })
  const title = await page
    .getByRole('columnheader', { name: /Country/ })
    .getByRole('button')
    .getAttribute('title')
  assert.match(title ?? '', /sorts slower/)
})

test('the same sentence in Chinese, and on a phone', async () => {
  await page.goto(
    linkTo({
      all: [
        { field: 'owner', op: 'is', value: 'none' },
        { field: 'created_at', op: 'this', value: 'week' },
        {
          any: [
            { field: 'tag', op: 'in', value: ['VIP', 'core'] },
            { field: 'country', op: 'is', value: 'DE' },
          ],
        },
      ],
    }),
  )
  await page.getByRole('button', { name: '中', exact: true }).click()
  await chip(/归属.*是.*无人负责/).waitFor()
  await chip(/创建时间.*在本周/).waitFor()
  await chip(/标签.*含.*VIP 或 core/).waitFor()
  await picture('zh.sentence.1440')
  await sound(page)
  await page.setViewportSize({ width: 390, height: 844 })
  await chip(/创建时间.*在本周/).waitFor()
  const wide = await page.evaluate<number>('document.documentElement.scrollWidth')
  assert.ok(wide <= 390, `${wide} px wide`)
  await picture('zh.sentence.390')
  await sound(page)
  assert.deepEqual(at.complaints, [])
})
