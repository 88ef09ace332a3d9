import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { phrase } from '../kernel/text.ts'
import { text as identity } from '../modules/identity/web/text.ts'
import { text as importing } from '../modules/imports/web/text.ts'
import { text as undoing } from '../modules/imports/web/undo/text.ts'
import { text as notes } from '../modules/notes/web/text.ts'
import { text as parties } from '../modules/parties/web/text.ts'
import { text as searching } from '../modules/search/web/text.ts'
import { setUp, type Visit, visit } from './guanxi.ts'
import { type Hands, handsOn } from './hands.ts'
import { ask } from './page.ts'

// Journeys of alone.test.ts where it does not look: in Chinese, and on 390 pixels, which is also what a page is at 400 %
// for who sees badly. No click, no focus given by the test, no other address.

type Words = Readonly<Record<string, { zh: string; en: string }>>
let at: Visit
let page: Page
let hands: Hands
let locale: 'zh-CN' | 'en'

const say = (words: Words, key: string, details: Record<string, unknown> = {}) =>
  phrase(words[key]!, locale, details)
/** Ant writes two Chinese characters on a button apart. */
const worded = (words: Words, key: string, details: Record<string, unknown> = {}) =>
  new RegExp(`^${say(words, key, details).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`)
const apart = (words: Words, key: string) => new RegExp(`^${[...say(words, key)].join('\\s?')}`)
const dialog = () => page.getByRole('dialog').last()
const closed = () => page.getByRole('dialog').first().waitFor({ state: 'detached' })
const toast = (said: string | RegExp) => page.locator('.toasts').getByText(said).first().waitFor()

async function jump(keys: string, title: string) {
  for (const key of keys) await hands.key(key)
  await page.getByRole('heading', { name: title, level: 1 }).waitFor()
}
async function find(name: string) {
  await hands.key('Control+k')
  await page.locator('dialog[open]').waitFor()
  await hands.to(worded(searching, 'field'))
  await hands.type(name)
  await page.getByRole('option', { name }).first().waitFor()
  await hands.pick(new RegExp(name))
  await page.getByRole('heading', { name, level: 1 }).waitFor()
}

before(async () => {
  at = await visit()
  page = await at.open()
  await setUp(page, at.link)
})
after(() => at.end())

const turns = [
  { code: 'zh-CN', width: 1440, who: '周婉清', twin: '沈知远' },
  { code: 'zh-CN', width: 390, who: '吴思远', twin: '顾长风' },
  { code: 'en', width: 390, who: 'Grace Hopper', twin: 'Jonathan Smith' },
] as const

for (const { code, width, who, twin } of turns)
  describe(`without a mouse, ${code}, ${width} px wide`, () => {
    before(async () => {
      locale = code
      await ask(page, 'PATCH', '/session', { locale: code })
      const phone = {
        contact_points: [{ kind: 'phone', value: `+8613${width}${code === 'en' ? 0 : 1}1234`.slice(0, 14) }],
      }
      for (const name of [twin, `${twin} 2`])
        await ask(page, 'POST', '/parties', { kind: 'person', name, roles: ['customer'], ...phone })
      await page.evaluate('localStorage.clear()')
      await page.setViewportSize({ width, height: 844 })
      await page.goto(`${at.guanxi.url}/customers`)
      await page.getByRole('heading', { level: 1 }).first().waitFor()
      hands = handsOn(page)
    })

    it('a customer is made and found, a note and a task are written, changed and taken away', async () => {
      await hands.key('n')
      await dialog().waitFor()
      await hands.seen('the new customer')
      await hands.write(say(parties, 'name'), who)
      await hands.write(say(parties, 'phone'), '+8613700001111')
      await hands.press(worded(parties, 'create', { name: who }))
      await toast(say(parties, 'created', { name: who }))
      await closed()
      await hands.held('making a customer')
      await find(who)
      await hands.to(say(notes, 'write_label'))
      await hands.type('第一句 first words')
      await hands.key('Control+Enter')
      const stream = page.locator('.tline')
      await stream.getByText('第一句 first words').waitFor()
      await hands.held('saving a note')
      await hands.press(say(notes, 'actions'))
      await hands.pick(say(notes, 'edit'))
      await hands.held('opening a note')
      await hands.key('Control+a')
      await hands.type('改过 changed')
      await hands.key('Control+Enter')
      await stream.getByText('改过 changed').waitFor()
      await hands.held('changing a note')
      await hands.press(say(notes, 'actions'))
      await hands.pick(say(notes, 'trash'))
      await toast(say(notes, 'trashed'))
      await stream.getByText('改过 changed').waitFor({ state: 'detached' })
      await hands.held('deleting a note')
      await hands.key('z')
      await stream.getByText('改过 changed').waitFor()
      await jump('gt', say(notes, 'tasks'))
      await hands.key('n')
      await hands.write(say(notes, 'title'), '寄样品 samples')
      await hands.key('Enter')
      await hands.press(say(notes, 'done_of', { title: '寄样品 samples' }))
      await toast(say(notes, 'was_done', { title: '寄样品 samples' }))
      await hands.held('doing a task')
      assert.ok((await page.evaluate<number>('document.documentElement.scrollWidth')) <= width)
    })

    it('two are merged from the list of duplicates and parted again from there', async () => {
      await jump('gu', say(identity, 'title'))
      await hands.press(apart(identity, 'scan'))
      const pair = page.getByRole('button', { name: new RegExp(`${twin}.*${twin}`) })
      await pair.waitFor({ timeout: 60_000 })
      await hands.press(new RegExp(`${twin}.*${twin}`))
      await hands.press(worded(identity, 'merge_them'))
      await dialog().waitFor()
      await hands.seen('the merge')
      await hands.press(apart(identity, 'merge_title'), 'dialog')
      await toast(worded(identity, 'merged', { name: twin }))
      await closed()
      await hands.held('merging')
      await hands.press(say(identity, 'merged_lately'))
      await hands.press(worded(identity, 'part'), undefined)
      await dialog().waitFor()
      await hands.seen('parting')
      await hands.press(apart(identity, 'part_do'), 'dialog')
      await closed()
      await hands.held('parting')
      await page.getByText(say(identity, 'merged_none_title')).waitFor()
    })

    it('a file is chosen, looked at, imported and undone', async () => {
      await jump('gi', say(importing, 'title'))
      const chooser = page.waitForEvent('filechooser')
      await hands.press(worded(importing, 'choose'))
      const rows = `Customer ID,Name,E-mail\n${width}${code},Niels ${width} ${code},niels${width}${code}@bohr.example\n`
      await (await chooser).setFiles({ name: 'one.csv', mimeType: 'text/csv', buffer: Buffer.from(rows) })
      await page.getByRole('button', { name: apart(importing, 'to_see') }).waitFor()
      await hands.held('a file that arrived')
      await hands.press(apart(importing, 'to_see'))
      const go = code === 'en' ? /^Import \d/ : /^导入\s?\d/
      await page.getByRole('button', { name: go }).waitFor()
      await hands.held('the trial')
      await hands.press(go)
      await page
        .getByRole('heading', { name: code === 'en' ? /^Done:/ : /^导入完成/ })
        .waitFor({ timeout: 60_000 })
      await hands.held('the import')
      await hands.press(code === 'en' ? /^Undo this import/ : /^撤销这次导入/)
      await dialog().waitFor()
      await hands.seen('undoing')
      await hands.press(apart(undoing, 'do_undo'), 'dialog')
      await page.getByText(say(undoing, 'undone')).first().waitFor({ timeout: 60_000 })
      await hands.held('undoing')
      assert.deepEqual(at.complaints, [])
    })
  })
