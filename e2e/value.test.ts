import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { importFile, setUp, type Visit, visit } from './guanxi.ts'
import {
  assumed,
  concentrationOf,
  customersOf,
  dayOf,
  flowsOf,
  holdOutOf,
  quarterName,
  RETAIL_YEAR,
  rfmOf,
  valuesOf,
} from './value.figures.ts'

// A real year of a real wholesaler on the value page, in a real browser: its figures are the library's on the same file.
const AS_OF = '2011-12-09'
const models = {
  'MBG/NBD': 'mbgNbd',
  'MBG/CNBD-k': 'mbgCnbdK',
  'Pareto/NBD': 'paretoNbd',
  'BG/NBD': 'bgNbd',
} as const
const languages = [
  { code: 'zh-CN', table: '表格', export: '导出' },
  { code: 'en', table: 'Table', export: 'Export' },
] as const
type Language = (typeof languages)[number]

let at: Visit
let page: Page
let choice: (typeof models)[keyof typeof models]
let calibrated: string
const customers = customersOf()
let worth: ReturnType<typeof valuesOf>

before(async () => {
  at = await visit()
  page = await at.open()
  page.setDefaultTimeout(60_000)
  await setUp(page, at.link)
  await importFile(page, at.guanxi.url, RETAIL_YEAR)
  await until(async () => {
    const state = await api<{ as_of: string | null; earlier_missing: number; run: { state: string | null } }>(
      '/value',
    )
    return state?.as_of === AS_OF && state.earlier_missing === 0 && state.run.state === 'done'
  })
  const model = await api<{ model: string; calibration: { to: string } }>('/value/model')
  choice = model!.model as typeof choice
  calibrated = model!.calibration.to
  worth = valuesOf(customers, choice, dayOf(AS_OF))
})
after(() => at.end())

async function until(is: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await is()); tries++) {
    if (tries === 240) throw new Error('not in two minutes')
    await page.waitForTimeout(500)
  }
}

/** What the API answers to the person at the page; null where it refuses. */
const api = <A>(path: string): Promise<A | null> =>
  page.evaluate<A | null>(`fetch('/api/v1${path}').then((answer) => answer.ok ? answer.json() : null)`)

async function speak({ code }: Language): Promise<void> {
  await page.evaluate(`(async () => {
    const { csrf } = await (await fetch('/api/v1/session')).json()
    await fetch('/api/v1/session', { method: 'PATCH', headers: { 'content-type': 'application/json', 'x-csrf-token': csrf }, body: JSON.stringify({ locale: '${code}' }) })
    localStorage.clear()
  })()`)
}

async function see(path: string): Promise<void> {
  await page.goto(at.guanxi.url + path)
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  const waiting = page.locator('main .bone, main [aria-busy="true"]')
  await until(async () => (await waiting.count()) === 0)
}

/** The table behind a picture, as it is shown. */
async function tableOf(card: string, language: Language): Promise<string[][]> {
  const frame = page.locator(`[data-card="${card}"]`)
  const tool = frame.getByRole('button', { name: language.table, exact: true })
  await tool.click()
  const rows = await frame.locator('table tbody tr').all()
  const cells = await Promise.all(rows.map((row) => row.locator('td').allInnerTexts()))
  await tool.click()
  return cells
}

const pounds = (pence: number): string =>
  new Intl.NumberFormat('en', {
    style: 'currency',
    currency: 'GBP',
    maximumFractionDigits: 0,
    minimumFractionDigits: 0,
  }).format(pence / 100)
const count = (n: number): string => new Intl.NumberFormat('en').format(n)
const percent = (share: number, digits: number): string =>
  new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: digits }).format(share)
const decimals = (n: number, digits: number): string =>
  new Intl.NumberFormat('en', { maximumFractionDigits: digits }).format(n).replace('-', '−')
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

for (const language of languages)
  test(`equity, concentration, RFM, cohorts and bucket are the library's on the same file (${language.code})`, async () => {
    await speak(language)
    await see('/value')
    const equity = await tableOf('equity', language)
    assert.equal(equity.at(-1)![1], pounds(sum(worth.values)))
    assert.equal(equity.at(-1)![4], count(customers.length))

    const curve = concentrationOf(worth.values)
    for (const [share, , value] of await tableOf('lorenz', language))
      assert.equal(value, percent(curve.valueOf(Number.parseFloat(share!) / 100), 1), share)

    const names = customers.map(({ name }, i) => ({ name, value: worth.values[i]! }))
    const best = names.sort((a, b) => b.value - a.value).slice(0, 20)
    assert.deepEqual(
      (await tableOf('core', language)).map(([name, value]) => [name, value]),
      best.map(({ name, value }) => [name, pounds(value)]),
    )

    const cells = rfmOf(customers, dayOf(AS_OF))
    for (const [r, f, n] of await tableOf('rfm', language))
      assert.equal(n, count(cells.get(`${r} ${f}`) ?? 0), `${r} ${f}`)

    const { grace } = (await api<{ grace: number }>('/value/bucket?period=quarter'))!
    const flows = flowsOf(customers, grace)
    assert.deepEqual(
      (await tableOf('cohorts', language)).map(([cohort, , , active]) => [cohort, active]),
      flows.cohorts.flatMap(({ period, active }) => active.map((n) => [quarterName(period), count(n)])),
    )
    assert.deepEqual(
      await tableOf('bucket', language),
      flows.bucket.map((one) => [
        quarterName(one.period),
        ...[one.active, one.won, one.rewon, one.lost, one.net, one.replaced].map(count),
      ]),
    )
    const ended = flows.bucket.at(-2)!
    const said = await page.locator('[data-card="bucket"] h2').innerText()
    for (const figure of [ended.won + ended.rewon, ended.replaced])
      assert.ok(said.includes(count(figure)), said)
  })

for (const language of languages)
  test(`the model page shows the library's parameters, and predicted against actual of months it had not seen (${language.code})`, async () => {
    await speak(language)
    await see('/value/model?tab=inside')
    const shown = await page.locator('.vcard').first().locator('tbody tr').allInnerTexts()
    const told = shown.map((row) => row.split('\t').map((cell) => cell.trim()))
    const { params, standard_errors } = worth.fit as unknown as Record<
      'params' | 'standard_errors',
      Record<string, number>
    >
    for (const [name, estimate, error] of told) {
      assert.equal(estimate, decimals(params[name!]!, 6), name)
      assert.equal(
        error,
        Number.isFinite(standard_errors[name!]) ? decimals(standard_errors[name!]!, 6) : '—',
      )
    }
    assert.ok(told.length >= 4)

    await see('/value/model')
    const own = holdOutOf(customers, choice, dayOf(calibrated), dayOf(AS_OF))
    const [row] = (await tableOf('candidates', language)).filter(
      ([name]) => models[name as keyof typeof models] === choice,
    )
    assert.deepEqual(row!.slice(1, 7), [
      decimals(own.mae, 3),
      decimals(own.rmse, 3),
      percent(own.bias, 1).replace('-', '−'),
      decimals(own.rank_correlation, 3),
      decimals(own.predicted, 3),
      decimals(own.actual, 3),
    ])
    const weeks = await tableOf('tracking', language)
    assert.ok(weeks.filter(([, , , held]) => held !== '').length >= 12, 'a quarter of weeks held out')
    const deciles = await tableOf('deciles', language)
    assert.deepEqual(
      deciles.map(([, n]) => n),
      own.deciles.map((one) => count(one.customers)),
    )
  })

test('the same computed again gives the same numbers', async () => {
  await speak(languages[1])
  const before = await api<{ fit_id: number }>('/value/model')
  await see('/value')
  const equity = (await tableOf('equity', languages[1])).at(-1)
  const risk = await tableOf('risk', languages[1])
  await see('/value/model')
  await page.getByRole('button', { name: 'Fit anew' }).click()
  await until(async () => {
    const [model, state] = await Promise.all([
      api<{ fit_id: number }>('/value/model'),
      api<{ run: { state: string } }>('/value'),
    ])
    return model?.fit_id !== before?.fit_id && state?.run.state === 'done'
  })
  await see('/value')
  assert.deepEqual((await tableOf('equity', languages[1])).at(-1), equity)
  assert.deepEqual(await tableOf('risk', languages[1]), risk)
})

test('a click leads to the customers behind it, as many as the picture says', async () => {
  await speak(languages[1])
  await see('/value')
  const { grace } = (await api<{ grace: number }>('/value/bucket?period=quarter'))!
  const flows = flowsOf(customers, grace)
  const lost = flows.bucket.at(-2)!
  const stayed = flows.cohorts[0]!
  const bridge = await tableOf('bridge', languages[1])
  const classes = await tableOf('classes', languages[1])
  const { trend: points } = (await api<{ trend: { as_of: string; customers: number }[] }>('/value/overview'))!
  const trend = points.at(-2)!
  type Sales = { customers: number }
  const revenue = (await api<{ before: Sales; after: Sales }>('/value/revenue'))!
  const cases: [card: string, mark: string, expected: string][] = [
    ['rfm', 'recency=5&frequency=5', count(rfmOf(customers, dayOf(AS_OF)).get('R5 F5')!)],
    [
      'cohorts',
      `cohort=${quarterName(stayed.period)}&active_in=${quarterName(stayed.period + 1)}`,
      count(stayed.active[1]!),
    ],
    ['bucket', `bucket=lost&bucket_in=${quarterName(lost.period)}`, count(lost.lost)],
    ['lorenz', 'best=0.2', count(Math.round(0.2 * customers.length))],
    ['bridge', 'move=won', bridge.find(([step]) => step === 'Won')![1]!],
    ['bridge', 'move=shrunk', bridge.find(([step]) => step === 'Shrunk')![1]!],
    ['classes', 'class=regular', classes.find(([name]) => name === 'Regular')![1]!],
    ['equity', `as_of=${trend.as_of}`, count(trend.customers)],
    ['revenue', 'sales=before', count(revenue.before.customers)],
    ['revenue', 'sales=after', count(revenue.after.customers)],
    ['retention', 'sales=after', count(revenue.after.customers)],
  ]
  for (const [card, mark, expected] of cases) {
    await page.locator(`[data-card="${card}"] a.vmark[href*="${mark}"]`).first().focus()
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/value\/customers/)
    const said = page.locator('[data-figure="behind"]')
    await said.waitFor()
    assert.match(await said.innerText(), new RegExp(`^${expected} customer`), `${card} ${mark}`)
    await page.goBack()
    await page.locator(`[data-card="${card}"] svg`).first().waitFor()
  }
})

test('every picture of the page has its table, its definition, and its files', async () => {
  await see('/value')
  const cards = await page.locator('[data-card]').all()
  assert.ok(cards.length >= 13, `${cards.length} pictures`)
  for (const card of cards) {
    const name = await card.getAttribute('data-card')
    await card.getByRole('button', { name: 'Definition', exact: true }).click()
    assert.ok((await card.locator('.vdef').innerText()).length > 40, `${name}: a definition`)
    await card.getByRole('button', { name: 'Table', exact: true }).click()
    assert.ok((await card.locator('table tbody tr').count()) > 0, `${name}: a table`)
    await card.getByRole('button', { name: 'Table', exact: true }).click()
    await card.getByRole('button', { name: 'Export', exact: true }).click()
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('option', { name: /^PNG/ }).click(),
    ])
    assert.ok((await readFile(await file.path())).length > 4000, `${name}: a picture`)
  }
})

test('marks are walked by arrows and say their figures; tables and pictures are saved', async () => {
  await see('/value')
  const rfm = page.locator('[data-card="rfm"]')
  await rfm.locator('.vmark').first().focus()
  const first = await page.evaluate<string>('document.activeElement.getAttribute("aria-label")')
  await page.keyboard.press('ArrowRight')
  const second = await page.evaluate<string>('document.activeElement.getAttribute("aria-label")')
  assert.match(first, /^R1 F5, \d/)
  assert.match(second, /^R2 F5, \d/)
  assert.equal((await rfm.locator('.vtip').innerText()).replaceAll('\n', ', '), second)

  const save = async (kind: string) => {
    await rfm.getByRole('button', { name: 'Export' }).click()
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('option', { name: new RegExp(`^${kind}`) }).click(),
    ])
    return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) }
  }
  const csv = await save('CSV')
  assert.equal(csv.name, `guanxi-rfm-${AS_OF}.csv`)
  assert.deepEqual([...csv.bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf])
  const lines = csv.bytes.toString().trim().split('\r\n')
  assert.match(lines[0]!, /^R recency,F frequency,Customers,Value \(GBP\)/)
  assert.equal(lines.length, 26)
  assert.equal(sum(lines.slice(1).map((line) => Number(line.split(',')[2]))), customers.length)
  const png = await save('PNG')
  assert.equal(png.bytes.subarray(1, 4).toString(), 'PNG')
  assert.ok(png.bytes.length > 8000, `${png.bytes.length} bytes`)
})

test("a customer's page says the same value and how it came about", async () => {
  await speak(languages[1])
  const top = customers.reduce((best, _, i) => (worth.values[i]! > worth.values[best]! ? i : best), 0)
  const found = await api<{ items: { id: number }[] }>(`/parties?q=${customers[top]!.name}`)
  await see(`/customers/${found!.items[0]!.id}?see=value`)
  await page.locator('[data-figure="party-value"]').waitFor()
  const why = await page.locator('[data-figure="why"]').innerText()
  assert.ok(why.includes(pounds(worth.values[top]!)), why)
  assert.ok(why.includes(`${assumed.months} months`), why)
  const inside = page.getByRole('complementary', { name: 'Peek' }).or(page.locator('.peek'))
  assert.match(
    await inside.first().innerText(),
    new RegExp(`Repeat purchases\\s+${customers[top]!.days.size - 1}`),
  )
})

test('a need with shares and a spend entry are recorded on the page, and are there afterwards', async () => {
  await page.locator('.peek').getByRole('button', { name: 'Record a need' }).click()
  const form = page.getByRole('form', { name: 'Record a need' })
  await form.getByLabel('Category').fill('Gifts')
  await form.getByLabel(/^Need of a year/).fill('50000')
  await form.getByLabel('Our share, %').fill('40')
  await form.getByLabel('Source').fill('their buyer')
  await form.getByRole('button', { name: 'Add a rival' }).click()
  await form.getByLabel('Rival', { exact: true }).fill('Redfern')
  await form.getByLabel('Rival’s share, %').fill('35')
  await form.getByRole('button', { name: 'Save' }).click()
  await page.getByText('us 40% · Redfern 35% · unknown 25%').waitFor()
  await page.getByText('£30,000 not bought from us').waitFor()

  await see('/value/spend')
  await page.getByRole('button', { name: 'Enter spend' }).first().click()
  await page.getByLabel('Campaign').fill('Winter letter')
  await page.getByLabel(/^Amount/).fill('1250')
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await page
    .getByRole('row', { name: /Winter letter/ })
    .getByText('£1,250')
    .waitFor()
})

test('costs are reckoned over the span that one picks; a file of needs is taken from the page', async () => {
  await page.getByRole('button', { name: 'last twelve months' }).click()
  await page
    .getByRole('option', { name: '2011', exact: true })
    .or(page.getByRole('option', { name: /^20/ }))
    .first()
    .click()
  await page.waitForURL(/from=\d{4}-01-01&to=\d{4}-12-31/)
  await see('/value/customers')
  await page.getByRole('button', { name: 'Import CSV' }).click()
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('option', { name: /^Need and share/ }).click()
  const head = 'party,category,need,currency,our_share,rivals,source,date'
  const content = `${head}\n${customers[0]!.name},Cards,1000,GBP,40%,Redfern 30%,visit,2011-10-01\nnobody,x,1,GBP,1%,,s,2011-10-01\n`
  const file = { name: 'needs.csv', mimeType: 'text/csv', buffer: Buffer.from(content) }
  await (await chooser).setFiles(file)
  await page.getByText('2 lines read: 1 created, 0 unchanged, 1 turned back').waitFor()
  await page.getByText(/^Line 3:/).waitFor()
})

test('a subscription is recorded, ended and removed on the page of its customer, and the record says so', async () => {
  const found = await api<{ items: { id: number }[] }>(`/parties?q=${customers[0]!.name}`)
  const id = found!.items[0]!.id
  await see(`/customers/${id}?see=value`)
  await page.getByRole('button', { name: 'Record a subscription' }).click()
  const form = page.getByRole('form', { name: 'Record a subscription' })
  await form.getByLabel('Name').fill('Service plan')
  await form.getByLabel('Started').fill('2024-02-01')
  await form.getByLabel(/^Amount per period/).fill('1200')
  await form.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'End Service plan today' }).click()
  await page.getByText(/renewed \d+ times · ended/).waitFor()
  await page.getByRole('button', { name: 'Remove Service plan' }).click()
  await page.getByRole('button', { name: 'Remove', exact: true }).click()
  await page.getByText('No subscriptions.').waitFor()
  const left = await api<{ items: unknown[] }>(`/parties/${id}/subscriptions`)
  assert.deepEqual(left!.items, [])
})

test('on real figures nothing sticks out on a phone, and axe finds nothing serious, light or dark', async () => {
  const found: string[] = []
  const state = await page.context().storageState()
  const paths = [
    '/value',
    '/value/customers',
    '/value/model',
    '/value/model?tab=inside',
    '/value/model?tab=assumptions',
    '/value/spend',
  ]
  for (const colorScheme of ['light', 'dark'] as const) {
    const phone = await at.open({ viewport: { width: 390, height: 844 }, storageState: state, colorScheme })
    const wide = await at.open({ storageState: state, colorScheme })
    const first = page
    for (const path of paths) {
      page = phone
      await see(path)
      const over = await phone.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth')
      if (over > 0) found.push(`${path}: ${over} px sideways`)
      page = wide
      await see(path)
      const { violations } = await new AxeBuilder({ page: wide }).analyze()
      for (const v of violations.filter(({ impact }) => impact === 'serious' || impact === 'critical'))
        found.push(
          `${path} ${colorScheme}: ${v.id} ${v.nodes
            .slice(0, 3)
            .map((n) => n.target.join(' '))
            .join(' | ')}`,
        )
    }
    page = first
    await phone.context().close()
    await wide.context().close()
  }
  assert.deepEqual(found, [])
  assert.deepEqual(at.complaints, [])
})
