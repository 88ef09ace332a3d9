import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { text as exporting } from '../apps/web/ui/export/text.ts'
import { text as filtering } from '../apps/web/ui/filter/text.ts'
import { phrase } from '../kernel/text.ts'
import { text as importing } from '../modules/imports/web/text.ts'
import { text as notes } from '../modules/notes/web/text.ts'
import { text as bulk } from '../modules/parties/web/bulk/text.ts'
import { setUp, type Visit, visit } from './guanxi.ts'
import { ask, sound } from './page.ts'

// What opened.test.ts does not reach by one button: the steps of an import, what is done with many at once, lists and
// calendars that open within a dialog, a filter of groups in groups, and two texts side by side. The whole page is looked
// at each time, in English and light, in Chinese and dark.

type Words = Readonly<Record<string, { zh: string; en: string }>>
type Step = readonly [what: string, act: () => Promise<unknown>]
let at: Visit
let page: Page
let id: number
let locale: 'zh-CN' | 'en' = 'en'

const say = (words: Words, key: string) => phrase(words[key]!, locale, {})
/** Ant writes two Chinese characters on a button apart. */
const named = (words: Words, key: string) =>
  new RegExp(`^${[...say(words, key)].map((c) => c.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('\\s?')}`)
const button = (words: Words, key: string) => page.getByRole('button', { name: named(words, key) })
const dialog = () => page.getByRole('dialog').last()
const DROPPED =
  '.ant-select-dropdown:not(.ant-select-dropdown-hidden), .ant-picker-dropdown:not(.ant-picker-dropdown-hidden), .ant-popover:not(.ant-popover-hidden), .clist'

before(async () => {
  at = await visit()
  page = await at.open()
  await setUp(page, at.link)
  const post = <R>(path: string, body: object) => ask<R>(page, 'POST', path, body)
  for (const [kind, key] of [
    ['date', 'signed_on'],
    ['choice', 'favourite'],
    ['multi_choice', 'drinks'],
  ])
    await post('/custom-fields', {
      key,
      kind,
      label_en: key,
      label_zh: key,
      ask_on_create: true,
      ...(kind!.endsWith('choice')
        ? { options: [{ key: 'tea', label_zh: '茶', label_en: 'Tea', archived: false }] }
        : {}),
    })
  const made: { id: number }[] = []
  for (const name of ['赵敏', '李伟', 'Ada Byron'])
    made.push(
      await post('/parties', { kind: 'person', name, roles: ['customer'], tags: ['vip'], country: 'CN' }),
    )
  id = made[0]!.id
  await post(`/parties/${id}/notes`, { body: 'asked for samples' })
  await page.emulateMedia({ reducedMotion: 'reduce' })
})
after(() => at.end())

const go = async (path: string) => {
  await page.goto(at.guanxi.url + path)
  await page.getByRole('heading', { level: 1 }).first().waitFor()
}
/** Escape until nothing stands over the page. */
async function shut() {
  for (let i = 0; i < 4 && (await page.locator(`${DROPPED}, [role=dialog]`).count()) > 0; i++) {
    await page.keyboard.press('Escape')
    await page.waitForTimeout(300)
  }
}
/** Something lies over the page, or nothing does any more; false: it did not come to that within three seconds. */
async function over(n: 0 | 1): Promise<boolean> {
  for (let i = 0; i < 30; i++) {
    if (Math.min(1, await page.locator(DROPPED).locator('visible=true').count()) === n) return true
    await page.waitForTimeout(100)
  }
  return false
}
async function choose() {
  await go('/customers?sort=name')
  await page.getByRole('row').nth(2).waitFor()
  for (const row of [1, 2]) await page.getByRole('checkbox').nth(row).check()
  await page.getByRole('toolbar').first().waitFor()
}
const bar = (words: Words, key: string) =>
  page.getByRole('toolbar').getByRole('button', { name: named(words, key) })
/** Each field of the dialog that unfolds, unfolded. */
async function unfolded(see: (what: string) => Promise<void>, what: string) {
  await dialog().waitFor()
  await page.locator('.ant-spin, .bone').first().waitFor({ state: 'detached' })
  await see(what)
  const fields = dialog().locator('.ant-select input, .ant-picker input')
  const n = await fields.count()
  for (let i = 0; i < n; i++) {
    const field = fields.nth(i)
    if (!(await field.isEnabled())) continue
    await field.focus()
    await page.keyboard.press('ArrowDown')
    // Where there is nothing to choose nothing unfolds.
    if (!(await over(1))) continue
    await see(`${what}, field ${i + 1}`)
    await page.keyboard.press('Tab')
    await over(0)
  }
}

async function walk(scheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
  const bad: string[] = []
  const see = async (what: string) =>
    sound(page)
      .catch((error: Error) =>
        bad.push(
          `${what}, ${scheme}: ${JSON.stringify((error as { actual?: unknown }).actual ?? error.message).slice(0, 600)}`,
        ),
      )
      .then(() => undefined)
  const steps: Step[] = [
    ...(['assign', 'tags'] as const).map(
      (key): Step => [
        key,
        async () => {
          await choose()
          await bar(bulk, key).click()
          await unfolded(see, key)
        },
      ],
    ),
    ...(['do_unit', 'do_set', 'do_end_role', 'do_trash'] as const).map(
      (key): Step => [
        key,
        async () => {
          await choose()
          await bar(bulk, 'more').click()
          await page.getByRole('option', { name: say(bulk, key), exact: true }).click()
          await unfolded(see, key)
        },
      ],
    ),
    [
      'merge',
      async () => {
        await choose()
        await page
          .getByRole('toolbar')
          .getByRole('button', { name: locale === 'en' ? /^Merge/ : /^合\s?并/ })
          .click()
        await unfolded(see, 'merge')
      },
    ],
    [
      'export',
      async () => {
        await choose()
        await bar(exporting, 'export').click()
        await unfolded(see, 'export')
      },
    ],
    [
      'new customer',
      async () => {
        await go('/customers')
        await page.keyboard.press('n')
        await unfolded(see, 'new customer')
      },
    ],
    [
      'filter',
      async () => {
        const filter = {
          all: [
            { field: 'tag', op: 'is', value: 'vip' },
            {
              any: [
                { field: 'country', op: 'is', value: 'CN' },
                {
                  not: {
                    all: [
                      { field: 'kind', op: 'is', value: 'organisation' },
                      { field: 'fields.signed_on', op: 'empty' },
                    ],
                  },
                },
              ],
            },
          ],
        }
        await go(`/customers?filter=${encodeURIComponent(JSON.stringify(filter))}`)
        await page
          .getByRole('group', { name: say(filtering, 'group') })
          .nth(1)
          .waitFor()
        await see('a filter of groups in groups')
        const chips = page.locator('.filter.tree .cond button.q')
        for (let i = 0; i < (await chips.count()); i++) {
          await chips.nth(i).click()
          await page.locator('.fedit').first().waitFor()
          await see(`condition ${i + 1}`)
          await page.keyboard.press('Escape')
          await page.locator('.fedit').first().waitFor({ state: 'detached' })
        }
        await page
          .getByRole('button', { name: say(filtering, 'add_here') })
          .first()
          .click()
        await page.locator('.clist').waitFor()
        await see('what a group may ask')
      },
    ],
    [
      'columns',
      async () => {
        await go('/customers')
        await page
          .getByRole('button', { name: locale === 'en' ? /^Columns/ : /^列/ })
          .first()
          .click()
        await page.locator('.colpick').waitFor()
        await see('the columns')
      },
    ],
    [
      'import',
      async () => {
        await go('/import')
        const rows =
          'Customer ID,Name,E-mail,Nickname\n9001,Niels Bohr,niels@bohr.example,Nicky\n9002,Lise,no mail,\n'
        await page
          .locator('input[type=file]')
          .setInputFiles({ name: 'a.csv', mimeType: 'text/csv', buffer: Buffer.from(rows) })
        await button(importing, 'to_see').waitFor()
        await see('the columns of a file')
        await page.getByRole('button', { name: /^Nickname: / }).click()
        await page.locator('.clist').waitFor()
        await see('what a column may be')
        await page.keyboard.press('Escape')
        await button(importing, 'to_see').click()
        await page
          .getByRole('button', { name: locale === 'en' ? /^Import \d/ : /^导入\s?\d/ })
          .last()
          .waitFor()
        await see('what an import would do')
      },
    ],
    [
      'side by side',
      async () => {
        await go(`/customers/${id}`)
        await page
          .getByRole('button', { name: say(notes, 'actions') })
          .first()
          .click()
        await page.getByRole('option', { name: say(notes, 'edit'), exact: true }).click()
        await page.getByRole('combobox', { name: say(notes, 'edit'), exact: true }).fill(`mine ${scheme}`)
        const { items } = await ask<{ items: { id: number }[] }>(page, 'GET', `/parties/${id}/notes`)
        await ask(page, 'PATCH', `/parties/${id}/notes/${items[0]!.id}`, { body: `theirs ${scheme}` })
        await page.keyboard.press('Control+Enter')
        await page.getByRole('alert').getByText(`theirs ${scheme}`).waitFor()
        await see('two texts of a note')
        await page.getByRole('button', { name: locale === 'en' ? 'Use theirs' : '用现在的' }).click()
        await page.getByRole('button', { name: locale === 'en' ? 'Edit Note' : '修改备注' }).click()
        await page
          .getByRole('textbox', { name: locale === 'en' ? 'Note' : '备注', exact: true })
          .fill(`mine ${scheme}`)
        await ask(page, 'PATCH', `/parties/${id}`, { note: `theirs ${scheme}` })
        await page.getByRole('alert').getByText(`theirs ${scheme}`).waitFor()
        await see('two values of a field')
        await page.getByRole('alert').getByRole('button').nth(1).click()
      },
    ],
  ]
  for (const [what, act] of steps) {
    await act().catch((error: Error) => bad.push(`${what}, ${scheme}: ${error.message.slice(0, 400)}`))
    await shut()
  }
  assert.deepEqual(bad, [])
}

test('axe finds nothing serious in what is done with many, in an import, a filter of groups and two texts side by side', () =>
  walk('light'))

test('nor in Chinese and dark', async () => {
  await ask(page, 'PATCH', '/session', { locale: 'zh-CN' })
  await page.evaluate('localStorage.clear()')
  locale = 'zh-CN'
  await walk('dark')
  assert.deepEqual(at.complaints, [])
})
