import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { setUp, type Visit, visit } from './guanxi.ts'

// Nobody touches the mouse here: whatever is done is reached by Tab, told by its focus, and left by Esc. Filters and
// saved views are asked for by keys alone in lists.test.ts, cells in bulk.test.ts, the palette in palette.test.ts.

let at: Visit
let page: Page
const ids: Record<string, number> = {}
before(async () => {
  at = await visit()
  page = await at.open()
  await setUp(page, at.link)
  for (const name of ['Ada Byron', 'Kim Lee', '陈建国']) ids[name] = await make({ kind: 'person', name })
})
after(() => at.end())

const make = (body: object) =>
  page.evaluate(
    async (body) => {
      const session = (await (await fetch('/api/v1/session')).json()) as { csrf: string }
      const answer = await fetch('/api/v1/parties', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-csrf-token': session.csrf },
        body: JSON.stringify({ roles: ['customer'], ...body }),
      })
      if (!answer.ok) throw new Error(await answer.text())
      return ((await answer.json()) as { id: number }).id
    },
    body as Record<string, unknown>,
  )

// Run as text: what a browser has is not what Node knows.
const FOCUSED = `(() => {
  const el = document.activeElement
  if (!el || el === document.body) return ''
  return (el.getAttribute('aria-label') || el.labels?.[0]?.innerText || el.innerText || el.placeholder || el.type || el.tagName).trim().replace(/\\s+/g, ' ')
})()`
const focused = () => page.evaluate<string>(FOCUSED)
const MOST = 160
/** Tab, and Tab again, until the focus is on what is called so. */
async function tabTo(name: string | RegExp): Promise<void> {
  const passed: string[] = []
  for (let i = 0; i < MOST; i++) {
    const said = await focused()
    if (typeof name === 'string' ? said === name : name.test(said)) return
    passed.push(said)
    await page.keyboard.press('Tab')
  }
  assert.fail(`${name} is not reached by Tab on ${page.url()}: ${passed.slice(-40).join(' · ')}`)
}
async function press(name: string | RegExp, key = 'Enter'): Promise<void> {
  await tabTo(name)
  await page.keyboard.press(key)
}
const settled = async () => {
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  for (const busy of ['.bone', '[aria-busy="true"]'])
    await page.locator(`main ${busy}`).first().waitFor({ state: 'detached' })
}
const go = async (path: string) => {
  await page.goto(at.guanxi.url + path)
  await settled()
}

/** Of the page as it stands: what one can press but never reach, and what does not show that it has the focus. */
const LOST = `(async () => {
  const still = new CSSStyleSheet()
  still.insertRule('* { transition: none !important }')
  document.adoptedStyleSheets = [still]
  const named = (el) => (el.getAttribute('aria-label') || el.innerText || el.placeholder || el.type).trim().slice(0, 40)
  const shown = (el) => el.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) && el.getBoundingClientRect().width > 0
  const free = (el) => !el.disabled && el.getAttribute('aria-disabled') !== 'true' && !el.closest('[inert], [aria-hidden="true"]')
  // These have one place for Tab, and arrows inside. Marks in a picture are walked by arrows too.
  const groups = '[role=tablist], [role=listbox], [role=grid], [role=radiogroup], .ant-segmented, .ant-select, .ant-input-number, svg'
  const wanted = 'a[href], button, input, select, textarea, [role=button], [role=tab], [role=checkbox], [role=switch], [role=link]'
  const all = [...document.querySelectorAll(wanted)].filter((el) => shown(el) && free(el))
  const lost = all.filter((el) => el.tabIndex < 0 && !el.closest(groups)).map((el) => 'never reached: ' + named(el))
  const one = (el) => ['', '::after'].map((part) => {
    const s = getComputedStyle(el, part)
    return [s.outlineStyle === 'none' ? '' : s.outline, s.boxShadow, s.borderColor, s.backgroundColor, s.textDecorationLine]
  }).join()
  const round = '.ant-select, .ant-input-affix-wrapper, .ant-input-number, .ant-checkbox-wrapper, .ant-segmented-item, label, form'
  const look = (el) => {
    const box = el.closest(round)
    return [el, ...(box ? [box, ...[...box.querySelectorAll('span')].slice(0, 4)] : [])].map(one).join()
  }
  for (const el of all.filter((el) => el.tabIndex >= 0).slice(0, 120)) {
    document.activeElement?.blur?.()
    if (el.closest('.ant-select')) await new Promise((done) => setTimeout(done))
    const before = look(el)
    el.focus({ preventScroll: true, focusVisible: true })
    if (el.closest('.ant-select')) await new Promise((done) => setTimeout(done))
    if (document.activeElement === el && look(el) === before) lost.push('not seen: ' + named(el))
  }
  document.adoptedStyleSheets = []
  return [...new Set(lost)]
})()`

const pages = () => [
  '/customers',
  `/customers/${ids['Ada Byron']}`,
  `/customers/${ids['Ada Byron']}?see=value`,
  ...['/import', '/products', '/value', '/value/customers', '/value/model?tab=assumptions', '/value/spend'],
  ...['/quality', '/quality/work', '/quality/rules', '/duplicates', '/pools', '/tasks', '/occasions'],
  ...['/jobs', '/audit', '/backups', '/sample', '/system', '/account', '/admin'],
  ...['users', 'roles', 'roles/new', 'sees', 'units', 'keys', 'webhooks', 'security'].map(
    (one) => `/admin/${one}`,
  ),
  ...['fields', 'tags', 'market_roles'].map((one) => `/admin/${one}`),
]

describe('by keyboard alone', () => {
  it('everything that can be pressed on any page is reached, and shows that it has the focus', async () => {
    const lost: string[] = []
    for (const path of pages()) {
      await go(path)
      await page.keyboard.press('Tab')
      lost.push(...(await page.evaluate<string[]>(LOST)).map((one) => `${path}: ${one}`))
    }
    assert.deepEqual(lost, [])
    assert.deepEqual(at.complaints, [])
  })

  it('a dialog takes the focus, keeps it, leaves by Esc and gives it back to what opened it', async () => {
    for (const [path, opener] of [
      ['/customers', /^New customer/],
      ['/admin/users', 'Invite a user'],
      ['/admin/units', 'New unit'],
      ['/admin/keys', 'New key'],
      ['/admin/webhooks', 'New webhook'],
      ['/admin/fields', 'New field'],
      ['/admin/tags', 'New tag'],
      ['/pools', 'New pool'],
    ] as const) {
      await go(path)
      await press(opener)
      const dialog = page.getByRole('dialog').last()
      await dialog.waitFor().catch(() => assert.fail(`${path}: no dialog opened`))
      // After the last comes what the browser has itself, then the first again: never what lies under the dialog.
      const inside = () =>
        page.evaluate<boolean>(
          `document.activeElement === document.body || !!document.activeElement?.closest('[role=dialog]')`,
        )
      for (let i = 0; i < 25 && !(await inside()); i++) await page.waitForTimeout(40)
      for (let i = 0; i < 30; i++) {
        assert.ok(await inside(), `${path}: the focus left the dialog after ${i} × Tab: ${await focused()}`)
        await page.keyboard.press('Tab')
      }
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'detached' })
      const back = await focused()
      assert.match(
        back,
        typeof opener === 'string' ? new RegExp(opener) : opener,
        `${path}: the focus is on “${back}”`,
      )
    }
  })
})
