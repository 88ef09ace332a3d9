import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { importFile, setUp, type Visit, visit } from './guanxi.ts'
import { ask } from './page.ts'

// What opens over a page or within it: dialogs, lists, menus, panels, forms in the place of a line. Each is opened as a
// person does and looked at by axe: in English and light, in Chinese and dark, where buttons are told by their place.
// Code of the page is text here: what a browser has is not what Node knows.

const LAYERS = [
  '[role=dialog]',
  'dialog[open]',
  '.ant-popover:not(.ant-popover-hidden)',
  '.ant-select-dropdown:not(.ant-select-dropdown-hidden)',
  'aside.peek',
  'form.dform',
  'form.pform',
  'form.qform',
  '.dsure',
  '.fbox',
  '.nedit',
]
/** `Space`: the panel beside a list, and after a comma what stands in it. `menu > 2`: what its third line opens. */
const OPENS: readonly (readonly [path: string, names: readonly string[]])[] = [
  [
    'party',
    [
      ...['Search customers', 'All keys', 'Account', 'Actions for 赵敏', 'Actions for 赵敏 > 1'],
      ...['Actions for 赵敏 > 3', 'Edit Kind', 'Edit Country', 'Edit Owner', 'Edit Signed on'],
      ...[
        'Add a contact point',
        'Actions for #',
        'Actions for # > 0',
        'Add a market role',
        'Actions for Customer',
      ],
      ...[
        'Add an external id',
        'Add an organisation',
        'Change Analytical',
        'Remove Analytical',
        'Add a member',
      ],
      ...['Add a date', 'Change Birthday', 'Actions for this note', 'Actions for this note > 0', 'New task'],
      ...['More for send samples', 'More for send samples > 4', 'Undo the merge'],
    ],
  ],
  ['/customers', ['Space', 'Columns', 'Export', 'New customer', 'All views', 'Filter', 'Save as view']],
  ['/value', ['#-#-#', 'Filter', 'Period: Quarter']],
  ['/value/spend', ['Enter spend']],
  ['/quality/work', ['Put aside', 'Correct the name', 'Assign an owner']],
  ['/duplicates', ['The same: merge']],
  ['/pools', ['New pool']],
  ['/tasks', ['New task', 'More for send samples']],
  ['/occasions', ['is', 'Filter']],
  ['/jobs', ['Space']],
  ['/audit', ['Space', 'Filter']],
  ['/backups', ['Settings']],
  ['/system', ['Set up']],
  [
    '/admin/users',
    ['Space', 'Invite a user', 'Space, Change', 'Space, Link to set', 'Space, Sign out everywhere'],
  ],
  ['/admin/units', ['New unit', 'Space, Rename or move']],
  ['/admin/keys', ['New key']],
  ['/admin/webhooks', ['New webhook']],
  ['/admin/fields', ['New field', 'Signed on Date']],
  ['/admin/tags', ['New tag', 'Actions for vip', 'Actions for vip > 0']],
  ['report', ['Undo this import']],
]
const ORDERS = [
  'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country',
  ...Array.from(
    { length: 60 },
    (_, i) =>
      `5363${100 + i},85${123 + (i % 7)}A,ITEM ${i % 7},${1 + (i % 5)},2010-12-0${1 + (i % 9)} 08:26:00,2.55,${17850 + (i % 20)},United Kingdom`,
  ),
]
/** A button counts as the same wherever it stands and whomever it names. */
const BUTTONS = `(() => {
  const shown = (el) => el.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && el.getBoundingClientRect().width > 0
  const word = (el) => (el.getAttribute('aria-label') || el.innerText || el.title || '').trim().replace(/\\s+/g, ' ').replace(/[\\d,.]+/g, '#')
  const at = 'main button, aside button, header button'
  const found = [...document.querySelectorAll(at)].filter((el) => shown(el) && !el.disabled && !el.closest('[role=tablist], .lang, .ant-segmented'))
  const counts = {}
  return found.map((el) => {
    const name = word(el)
    counts[name] = (counts[name] ?? 0) + 1
    const key = name + ' @' + counts[name]
    el.dataset.button = key
    return key
  })
})()`
const OPEN = `(() => ${JSON.stringify(LAYERS)}.filter((one) => [...document.querySelectorAll(one)].some((el) => el.checkVisibility({ visibilityProperty: true }) && el.getBoundingClientRect().width > 0 && el.innerText.trim() !== '')))()`
let at: Visit
let page: Page
let paths: Record<string, string>
/** By page and name: its place among the buttons. */
const places = new Map<string, number>()

before(async () => {
  at = await visit()
  page = await at.open()
  page.setDefaultTimeout(40_000)
  await setUp(page, at.link)
  const file = { name: 'december.csv', mimeType: 'text/csv', buffer: Buffer.from(`${ORDERS.join('\n')}\n`) }
  await importFile(page, at.guanxi.url, file)
  const report = page.url().replace(at.guanxi.url, '')
  paths = { party: `/customers/${await seed()}`, report }
})
after(() => at.end())

async function seed(): Promise<number> {
  const post = <R>(path: string, body: object) => ask<R>(page, 'POST', path, body)
  await post('/custom-fields', {
    key: 'signed_on',
    kind: 'date',
    label_en: 'Signed on',
    label_zh: '签约日',
    ask_on_create: true,
  })
  const [ada, second] = await Promise.all(
    ['赵敏', '趙敏'].map((name) =>
      post<{ id: number }>('/parties', {
        kind: 'person',
        name,
        roles: ['customer'],
        tags: ['vip'],
        contact_points: [{ kind: 'phone', value: '13812340001' }],
      }),
    ),
  )
  const id = ada!.id
  await post(`/parties/${id}/notes`, { body: 'asked for **samples**' })
  await post('/tasks', { title: 'send samples', party_id: id })
  await post(`/parties/${id}/ties`, { kind: 'works_at', create: { name: 'Analytical Engines' } })
  await post(`/parties/${id}/occasions`, {
    kind: 'birthday',
    calendar: 'lunar',
    month: 8,
    day: 15,
    year: 1985,
  })
  await post(`/parties/${id}/merge`, { others: [second!.id], take: {} })
  return id
}

async function go(path: string): Promise<void> {
  await page.goto(at.guanxi.url + path)
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  await page.locator('main .bone, main [aria-busy="true"]').first().waitFor({ state: 'detached' })
}
/** A page that is just being left has nothing open. */
const opened = () => page.evaluate<string[]>(OPEN).catch((): string[] => [])

/** What the page has to fetch first is waited for. */
async function keyOf(path: string, button: string): Promise<string> {
  const known = `${path} ${button}`
  let names: string[] = []
  for (let i = 0; i < 150; i++) {
    names = await page.evaluate<string[]>(BUTTONS)
    const place = places.get(known) ?? names.findIndex((one) => one.startsWith(button))
    const key = names[place]
    if (key !== undefined) {
      places.set(known, place)
      return key
    }
    await page.waitForTimeout(100)
  }
  return assert.fail(`${path} has no “${button}”: ${names.slice(0, 60).join(' · ')}`)
}

type Scheme = 'light' | 'dark'
/** Opens it, says what axe finds serious in it, and closes it again. */
async function look(path: string, name: string, scheme: Scheme): Promise<string[]> {
  const [button = name, line] = name.replace('Space, ', '').split(' > ')
  let before = await opened()
  if (name.startsWith('Space')) {
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Space')
  }
  if (name.startsWith('Space, ')) before = await waited(`${path} › Space`, before, false)
  if (name !== 'Space') {
    const key = await keyOf(path, button)
    await page.evaluate(
      `document.querySelector('[data-button=' + CSS.escape(${JSON.stringify(key)}) + ']').click()`,
    )
    if (line !== undefined) await page.locator(`.clist [data-at="${line}"]`).last().click()
  }
  const fresh = await waited(`${path} › ${name}`, before, line !== undefined)
  const axe = fresh.reduce((builder, layer) => builder.include(layer), new AxeBuilder({ page }))
  const { violations } = await axe.analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${path} › ${name}, ${scheme}: ${id} ${nodes
          .slice(0, 3)
          .map(({ html }) => html.slice(0, 240))
          .join(' | ')}`,
    )
}

async function waited(what: string, before: readonly string[], second: boolean): Promise<string[]> {
  for (let i = 0; i < 150; i++) {
    const fresh = (await opened()).filter((one) => !before.includes(one))
    // Of two that follow each other the first has gone.
    if (fresh.length > 0 && !(second && fresh.includes('.ant-popover:not(.ant-popover-hidden)'))) return fresh
    await page.waitForTimeout(100)
  }
  return assert.fail(`${what} opens nothing`)
}

/** What is closing is out of the way of the next; what Esc does not close is left by loading the page. */
async function settled(): Promise<void> {
  for (let i = 0; i < 10 && (await opened()).length > 0; i++) await page.waitForTimeout(100)
}

async function walk(scheme: Scheme): Promise<void> {
  await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
  const bad: string[] = []
  for (const [name, names] of OPENS) {
    const path = paths[name] ?? name
    await go(path)
    for (const one of names) {
      bad.push(...(await look(path, one, scheme).catch((error: unknown) => [String(error)])))
      // Once: with nothing open it is the page's own key.
      await page.keyboard.press('Escape')
      await settled()
      if ((await opened()).length > 0 || !page.url().endsWith(path)) await go(path)
    }
  }
  assert.deepEqual(bad, [])
}

test('in English and light axe finds nothing serious in what opens on any page', () => walk('light'))

test('nor in Chinese and dark', async () => {
  await ask(page, 'PATCH', '/session', { locale: 'zh-CN' })
  await page.evaluate('localStorage.clear()')
  await walk('dark')
  assert.deepEqual(at.complaints, [])
})
