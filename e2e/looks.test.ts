import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import type { BrowserContext, Page } from 'playwright-core'
import { importFile, setUp, type Visit, visit } from './guanxi.ts'

// Every page in both languages, light and dark, on three screens: its picture goes into e2e/screenshots (not
// committed), nothing sticks out sideways, and axe finds nothing serious.
const PICTURES = join(import.meta.dirname, 'screenshots')
const RETAIL = join(import.meta.dirname, 'fixtures/retail-first-20000.csv.gz')
const screens = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
  { width: 390, height: 844 },
]
const languages = [
  { code: 'zh', name: 'Chinese', button: '中' },
  { code: 'en', name: 'English', button: 'EN' },
] as const
const schemes = ['light', 'dark'] as const

const worklists: Record<string, string> = {
  quality: '/quality',
  quality_work: '/quality/work',
  quality_rules: '/quality/rules',
  duplicates: '/duplicates',
  pools: '/pools',
  tasks: '/tasks',
  occasions: '/occasions',
  admin_fields: '/admin/fields',
  admin_tags: '/admin/tags',
  admin_market_roles: '/admin/market_roles',
}

let at: Visit
let state: Awaited<ReturnType<BrowserContext['storageState']>>
let paths: Record<string, string>

before(async () => {
  await mkdir(PICTURES, { recursive: true })
  at = await visit()
  const page = await at.open()
  await setUp(page, at.link)
  await importFile(page, at.guanxi.url, RETAIL)
  const report = new URL(page.url())
  await page.goto(`${at.guanxi.url}/customers?q=12748`)
  const party = await page.getByRole('link', { name: '12748' }).getAttribute('href')
  await page.goto(`${at.guanxi.url}/backups`)
  await page.getByRole('button', { name: 'Back up now' }).click()
  await page.getByText('Done', { exact: true }).first().waitFor()
  state = await page.context().storageState()
  await page.context().close()
  paths = {
    customers: '/customers',
    party: party!,
    import: '/import',
    report: report.pathname + report.search,
    products: '/products',
    value: '/value',
    value_customers: '/value/customers',
    value_model: '/value/model',
    value_parameters: '/value/model?tab=inside',
    value_assumptions: '/value/model?tab=assumptions',
    value_spend: '/value/spend',
    party_value: `${party}?see=value`,
    jobs: '/jobs',
    audit: '/audit',
    backups: '/backups',
    sample: '/sample',
    system: '/system',
    admin: '/admin',
    admin_users: '/admin/users',
    admin_roles: '/admin/roles',
    admin_compare: '/admin/roles?view=compare',
    admin_role_new: '/admin/roles/new',
    admin_sees: '/admin/sees',
    admin_units: '/admin/units',
    admin_keys: '/admin/keys',
    admin_webhooks: '/admin/webhooks',
    admin_security: '/admin/security',
    account: '/account',
    missing: '/customers/999999999',
    empty: '/customers?q=nobodyhere',
    ...worklists,
  }
})
after(() => at.end())

/** Data is there and nothing loads any more: no skeleton stands, nothing says it is busy. */
async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  const waiting = page.locator('main .bone, main [aria-busy="true"]')
  for (let tries = 0; (await waiting.count()) > 0; tries++) {
    if (tries === 1200) throw new Error(`still loading after a minute: ${page.url()}`)
    await page.waitForTimeout(50)
  }
}

for (const language of languages)
  test(`every page in ${language.name} fits its screen, light and dark`, async () => {
    const sideways: string[] = []
    for (const viewport of screens) {
      const page = await at.open({
        viewport,
        storageState: state,
        locale: language.code === 'zh' ? 'zh-CN' : 'en',
      })
      await page.route('**/api/v1/events', (route) => route.abort())
      await page.goto(`${at.guanxi.url}/customers`)
      await speak(page, language.code)
      for (const [name, path] of Object.entries(paths)) {
        await page.goto(at.guanxi.url + path)
        await settled(page)
        for (const scheme of schemes) {
          await page.emulateMedia({ colorScheme: scheme })
          await page.screenshot({
            path: join(PICTURES, `${name}.${language.code}.${scheme}.${viewport.width}.png`),
          })
        }
        const over = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth')
        if (over > 0) sideways.push(`${name} ${language.code} ${viewport.width}: ${over} px`)
      }
      await page.context().close()
    }
    assert.deepEqual(sideways, [])
  })

/** The person's language, as the switch in the bar sets it; on a phone the switch is in the menu, so by its request. */
async function speak(page: Page, code: 'zh' | 'en'): Promise<void> {
  await page.evaluate(`(async () => {
    const { csrf } = await (await fetch('/api/v1/session')).json()
    await fetch('/api/v1/session', { method: 'PATCH', headers: { 'content-type': 'application/json', 'x-csrf-token': csrf }, body: JSON.stringify({ locale: '${code === 'zh' ? 'zh-CN' : 'en'}' }) })
    localStorage.clear()
  })()`)
}

test('in Chinese no English sentence is left, in English no Chinese one', async () => {
  const chrome = await at.open({ storageState: state, locale: 'en' })
  await chrome.goto(`${at.guanxi.url}/customers`)
  const left: string[] = []
  for (const { code } of languages) {
    await speak(chrome, code)
    for (const [name, path] of Object.entries(paths)) {
      await chrome.goto(at.guanxi.url + path)
      await settled(chrome)
      const text = await chrome.locator('main').innerText()
      // Three plain words in a row; names in capitals are the file's own.
      const foreign =
        code === 'zh'
          ? /\b[a-z]{3,} [a-z]{2,} [a-z]{2,}\b/.exec(
              text.replace(/first-20000|csv\.gz|UCI Online Retail/g, ''),
            )
          : /[\u4e00-\u9fff]{3,}/.exec(text.replaceAll('北风', ''))
      if (foreign) left.push(`${name} in ${code}: ${foreign[0]}`)
    }
  }
  await chrome.context().close()
  assert.deepEqual(left, [])
})

test('axe finds nothing serious on any page, light or dark', async () => {
  const found: string[] = []
  for (const scheme of schemes) {
    const page = await at.open({ storageState: state, colorScheme: scheme })
    for (const [name, path] of Object.entries(paths)) {
      await page.goto(at.guanxi.url + path)
      await settled(page)
      const { violations } = await new AxeBuilder({ page }).analyze()
      for (const v of violations.filter((v) => v.impact === 'serious' || v.impact === 'critical'))
        found.push(
          `${name} ${scheme}: ${v.id} ${v.nodes
            .slice(0, 3)
            .map((n) => n.target.join(' '))
            .join(' | ')}`,
        )
    }
    await page.context().close()
  }
  assert.deepEqual(found, [])
})

test('a stranger sees the sign-in page, which axe passes too', async () => {
  const page = await at.open()
  await page.goto(`${at.guanxi.url}/customers`)
  await page.getByRole('button', { name: 'Sign in' }).waitFor()
  await page.screenshot({ path: join(PICTURES, 'sign-in.en.light.1440.png') })
  const { violations } = await new AxeBuilder({ page }).analyze()
  assert.deepEqual(
    violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => v.id),
    [],
  )
  assert.deepEqual(at.complaints, [])
})
