import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { admin, setUp, type Visit, visit } from './guanxi.ts'
import { type Hands, handsOn } from './hands.ts'
import { ask } from './page.ts'

// Whole journeys without a mouse, from one address on: no click, no focus given by the test, no other address. At every
// step what has the focus is seen and shows it (hands.ts).

let at: Visit
let page: Page
let hands: Hands
const ids: Record<string, number> = {}
const CHOICES = [
  { key: 'black', label_zh: '红茶', label_en: 'Black tea', archived: false },
  { key: 'green', label_zh: '绿茶', label_en: 'Green tea', archived: false },
]
const FIELDS = [
  ['text', 'Salutation'],
  ['long_text', 'Story'],
  ['number', 'Seats'],
  ['money', 'Budget'],
  ['date', 'Signed on'],
  ['yes_no', 'Newsletter'],
  ['choice', 'Favourite'],
  ['multi_choice', 'Also drinks'],
  ['party', 'Sent by'],
  ['link', 'Shop'],
] as const

before(async () => {
  at = await visit()
  page = await at.open()
  await setUp(page, at.link)
  await seed()
  await page.reload()
  hands = handsOn(page)
})
after(() => at.end())

async function seed() {
  const make = async (name: string, over: object = {}) => {
    const body = { kind: 'person', name, roles: ['customer'], ...over }
    ids[name] = (await ask<{ id: number }>(page, 'POST', '/parties', body)).id
  }
  for (const [kind, label_en] of FIELDS)
    await ask(page, 'POST', '/custom-fields', {
      key: label_en.toLowerCase().replaceAll(' ', '_'),
      kind,
      label_en,
      label_zh: label_en,
      ask_on_create: true,
      ...(kind.endsWith('choice') ? { options: CHOICES } : {}),
    })
  const phone = (value: string) => ({ contact_points: [{ kind: 'phone', value }] })
  await make('Ada Byron', { country: 'GB' })
  await make('Test 2', { contact_points: [{ kind: 'email', value: 'two@huadong.cn' }] })
  await make('陈建国', { tags: ['vip'] })
  await make('赵敏', { ...phone('13812340001'), note: 'met at the fair' })
  await make('趙敏', { ...phone('0086 138 1234 0001'), country: 'CN' })
  await make('Jonathan Smith', phone('+447700900123'))
  await make('Smith, Jonathan', phone('+447700900123'))
  const root = (await ask<{ items: { unit_id: number }[] }>(page, 'GET', '/units')).items[0]!.unit_id
  const colleague = { role: 'director', unit_id: root, password: admin.password }
  for (const [name, email] of [
    ['李伟', 'li@northwind.example'],
    ['Kim Lee', 'kim@northwind.example'],
  ])
    await ask(page, 'POST', '/users', { ...colleague, name, email })
}

const heading = (name: string | RegExp) => page.getByRole('heading', { name, level: 1 }).waitFor()
const dialog = () => page.getByRole('dialog').last()
const closed = () => page.getByRole('dialog').first().waitFor({ state: 'detached' })
const part = (name: string) => page.getByRole('region', { name, exact: true })
const toast = (words: string | RegExp) => page.locator('.toasts').getByText(words).waitFor()
/** By its first letters from wherever one is: two keys, or the palette. */
async function jump(keys: string, title: string) {
  for (const key of keys) await hands.key(key)
  await heading(title)
}
async function find(typed: string, name: string | RegExp = typed) {
  await hands.key('Control+k')
  await page.locator('dialog[open]').waitFor()
  await hands.to(/^Name, pinyin/)
  await hands.type(typed)
  await page.getByRole('option', { name }).first().waitFor()
  await hands.pick(new RegExp(name))
  await heading(name)
}
/** As the menu of a page offers it. */
async function choose(menu: string | RegExp, option: string | RegExp, near?: string) {
  await hands.press(menu, near)
  await hands.pick(option)
}

describe('without a mouse', () => {
  // What the one before left open does not hide the next.
  beforeEach(async () => {
    for (let i = 0; i < 3 && (await page.getByRole('dialog').count()) > 0; i++) await hands.key('Escape')
  })

  it('a customer is made with a value in a field of every kind, and each is changed in its place', async () => {
    await jump('gc', 'Customers')
    await hands.key('n')
    await dialog().waitFor()
    await hands.seen('the new customer')
    await hands.write('Name', 'Grace Hopper')
    await hands.write('Phone', '+447700900456')
    await hands.write('Tags', 'tea')
    await hands.key('Enter')
    await hands.key('Escape')
    assert.ok(await dialog().isVisible(), 'Esc closes the list of tags, not the form')
    await hands.write('Salutation', 'Admiral')
    await hands.write('Story', 'found the first bug')
    await hands.write('Seats', '12')
    await hands.write('Budget', '1200.50')
    await hands.to('Signed on')
    await hands.type('02032026')
    await pickIn('Newsletter', 'Yes')
    await pickIn('Favourite', 'Green tea')
    await pickIn('Also drinks', 'Black tea')
    await hands.key('Escape')
    await hands.write('Sent by', 'Ada')
    await hands.pick(/Ada Byron/)
    await hands.held('choosing another customer')
    await hands.write('Shop', 'https://hopper.example')
    await hands.press(/^Create/)
    await toast('Created “Grace Hopper”')
    await closed()
    await hands.held('making a customer')
    await find('Grace Hopper')
    const fields = page.locator('main')
    for (const said of ['Admiral', '12', 'Green tea', 'Black tea', 'Ada Byron', 'hopper.example'])
      await fields.getByText(said).first().waitFor()
    await hands.press('Edit Salutation')
    await hands.write('Salutation', 'Rear Admiral')
    await hands.key('Enter')
    await fields.getByText('Rear Admiral').first().waitFor()
    await hands.held('saving a text')
    await hands.press('Edit Newsletter')
    await hands.pick('No')
    await hands.held('choosing yes or no')
    await hands.press('Edit Also drinks')
    await hands.held('opening several choices')
    await hands.key('ArrowDown')
    await hands.pick('Green tea')
    await hands.key('Escape')
    await hands.press(/^(Done|Save)$/)
    await hands.held('saving several choices')
    await hands.press('Edit Signed on')
    await hands.held('opening a date')
    await hands.type('03032026')
    await hands.key('Enter')
    await hands.held('saving a date')
    await hands.press('Edit Sent by')
    await hands.held('opening a customer')
    await hands.type('陈建')
    await hands.pick(/陈建国/)
    await fields.getByText('陈建国').first().waitFor()
    await hands.held('choosing a customer')
    const kept = await ask<{ fields: Record<string, unknown> }>(page, 'GET', `/parties/${await here()}`)
    assert.deepEqual(
      [kept.fields['signed_on'], kept.fields['newsletter'], kept.fields['also_drinks']],
      ['2026-03-03', false, ['black', 'green']],
    )
  })

  it('dates, ties, notes with a mention and tasks are written, changed and taken away', async () => {
    await find('Ada Byron')
    await hands.press('Add a date')
    await hands.held('opening a date')
    await hands.select('Calendar', 'Lunar')
    await hands.write('Year', '1985')
    await hands.select('Month', '8th')
    await hands.select('Day', '15')
    await hands.press('Save')
    await part('Important dates').getByText('15th of the 8th lunar month').waitFor()
    await hands.held('saving a date')
    await hands.press(/^Change Birthday/)
    await hands.held('opening a date')
    await hands.key('Escape')
    await hands.held('leaving a date')

    await hands.press('Add an organisation')
    await hands.held('opening a tie')
    await hands.type('Analytical Engines')
    await hands.pick(/Create/)
    await hands.held('making the other end')
    await hands.write('Title', 'Author')
    await hands.press('Save')
    await part('Organisations').getByRole('link', { name: 'Analytical Engines' }).waitFor()
    await hands.held('saving a tie')
    await hands.press('Remove Analytical Engines')
    await hands.press('Remove', 'Organisations')
    await part('Organisations')
      .getByRole('link', { name: 'Analytical Engines' })
      .waitFor({ state: 'detached' })
    await hands.held('taking a tie away')

    await hands.to('Write a note')
    await hands.type('ask @li')
    await hands.pick(/李伟/)
    await hands.type('about the offer')
    await hands.key('Control+Enter')
    const stream = page.getByRole('region', { name: 'Timeline' })
    await stream.getByText('about the offer').waitFor()
    await hands.held('saving a note')
    await choose('Actions for this note', 'Edit')
    await hands.held('opening a note')
    await hands.key('Control+a')
    await hands.type('ask again')
    await hands.press('Save')
    await stream.getByText('ask again').waitFor()
    await hands.held('changing a note')
    await choose('Actions for this note', 'Delete')
    await toast('The note is in the trash')
    await hands.held('deleting a note')
    await hands.key('z')
    await stream.getByText('ask again').waitFor()

    await hands.press('New task')
    await hands.held('opening a task')
    await hands.write('What is to be done', 'send samples')
    await hands.to('Due')
    await hands.type('05012027')
    await hands.press('Save')
    await part('Tasks').getByText('send samples').waitFor()
    await hands.held('saving a task')
    await choose('More for send samples', 'Edit')
    await hands.held('opening a task')
    await hands.key('Escape')
    await hands.held('leaving a task')
    await hands.press('Done: send samples')
    await toast('Done: send samples')
    await hands.held('doing a task')
  })

  it('a customer goes to the trash from its page, and comes back by Undo or by Restore', async () => {
    await find('陈建国')
    await choose(/^Actions for 陈建国/, 'Move to the trash')
    await page.getByText('In the trash', { exact: true }).waitFor()
    await hands.held('trashing')
    await hands.key('z')
    await toast('Restored “陈建国”')
    await choose(/^Actions for 陈建国/, 'Move to the trash')
    await page.getByText('In the trash', { exact: true }).waitFor()
    await hands.press('Restore')
    await page.getByText('In the trash', { exact: true }).waitFor({ state: 'detached' })
    await hands.held('restoring')
  })

  it('two are merged from the list of duplicates and parted again, then merged from a customer’s own page', async () => {
    await jump('gu', 'Duplicates')
    await hands.press('Look through everybody')
    const pair = page.getByRole('button', { name: /赵敏|趙敏/ })
    await pair.waitFor({ timeout: 60_000 })
    await page.getByText('Last looked through').waitFor({ timeout: 60_000 })
    await hands.press(/(赵敏|趙敏).*(赵敏|趙敏)/)
    await hands.press(/^The same: merge/)
    await dialog().waitFor()
    await hands.seen('the merge')
    await hands.to(/^Keep this one/)
    await hands.key('ArrowDown')
    await hands.key('ArrowUp')
    await hands.seen('choosing who stays')
    await hands.press('Merge customers')
    await toast(/^Merged into/)
    await closed()
    await hands.held('merging')
    await find('赵敏', /赵敏|趙敏/)
    await hands.press(/^Undo the merge/)
    await dialog().waitFor()
    await hands.seen('parting')
    await hands.press('Part them')
    await toast(/is back$/)
    await closed()
    await hands.held('parting')

    await find('Jonathan Smith')
    await choose(/^Actions for Jonathan Smith/, 'Merge with another…')
    await dialog().waitFor()
    await hands.seen('choosing with whom')
    await hands.type('Smith')
    await hands.pick(/Smith, Jonathan/)
    await dialog()
      .getByText(/^Merge into/)
      .waitFor()
    await hands.press('Merge customers')
    await toast(/^Merged into/)
    await closed()
    await hands.held('merging')
    await part('Merged').waitFor()
  })

  it('what is wrong with the data is mended from the worklist, one after the other', async () => {
    await jump('gq', 'Data quality')
    await page.getByRole('link', { name: 'No owner' }).waitFor({ timeout: 60_000 })
    await hands.press('No owner')
    await heading('Mend data')
    await hands.held('opening the worklist')
    const left = async () =>
      Number((await page.locator('.phead .note').innerText({ timeout: 40_000 })).replace(/\D/g, ''))
    const first = await left()
    await hands.press('Assign an owner')
    await hands.pick(/王敏/)
    await hands.held('choosing an owner')
    await hands.press('Save')
    await page.getByText(`${first - 1} to go`).waitFor()
    await hands.held('mending one')
    await hands.press('Put aside')
    await hands.write('Why put it aside?', 'waits for the new region')
    await hands.key('Enter')
    await page.getByText(`${first - 2} to go`).waitFor()
    await hands.held('putting one aside')
  })

  it('a file is chosen, its columns are matched, it is tried, imported and undone', async () => {
    await jump('gi', 'Import')
    const chooser = page.waitForEvent('filechooser')
    await hands.press(/^Choose/)
    const text =
      'Customer ID,Name,E-mail,Nickname\n9001,Niels Bohr,niels@bohr.example,Nicky\n9002,Lise Meitner,lise@meitner.example,\n'
    await (await chooser).setFiles({
      name: 'physicists.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(text),
    })
    await heading('Import customers')
    await hands.held('a file that arrived')
    await choose(/^Nickname: /, 'Note')
    await hands.to(/^Nickname: Note/)
    await hands.press('See what will happen')
    await page.getByRole('button', { name: /^Import \d/ }).waitFor()
    await hands.held('the trial')
    await hands.press(/^Import \d/)
    await page.getByRole('heading', { name: /^Done:/ }).waitFor({ timeout: 60_000 })
    await hands.held('the import')
    await hands.press('Undo this import')
    await dialog().waitFor()
    await page.getByText('2 customers').first().waitFor()
    await hands.seen('undoing')
    await hands.press(/^Undo/, 'dialog')
    await page.getByText('This import is undone').waitFor()
    await hands.held('undoing')
  })

  it('of the list a few are tagged, undone and sent to the trash, and all of it goes into a file', async () => {
    await jump('gc', 'Customers')
    await page.getByRole('row').nth(2).waitFor()
    await hands.key('ArrowDown')
    await hands.key('x')
    await hands.key('ArrowDown')
    await hands.key('x')
    await page.getByText('2 selected').waitFor()
    await hands.press('Tags', /selected$/)
    await dialog().waitFor()
    await hands.seen('the tags')
    await hands.to(/^Tags$/)
    await hands.type('gold')
    await hands.pick('gold')
    await page.getByText('2 will change').waitFor()
    await hands.press('Tag 2 customers')
    await toast('Tagged 2 customers')
    await closed()
    await hands.held('tagging')
    await hands.key('z')
    await toast('Undone: 2 customers as before')
    await hands.key('x')
    await page.getByText('1 selected').waitFor()
    await choose(/^More/, 'Move to the trash')
    await dialog().waitFor()
    await hands.seen('the trash')
    await hands.press('Move 1 customer to the trash')
    await toast('1 customer moved to the trash')
    await closed()
    await hands.held('trashing')
    await hands.key('z')
    await toast('Undone: 1 customer as before')

    await hands.press('Export')
    await dialog().waitFor()
    await hands.seen('the export')
    await hands.to('Excel')
    await hands.key('ArrowRight')
    const file = page.waitForEvent('download')
    await hands.press('Export', 'dialog')
    assert.match((await file).suggestedFilename(), /\.csv$/)
    await hands.held('exporting')
  })

  it('who leaves hands over to a colleague', async () => {
    await find('Test 2')
    await choose('Edit Owner', /Kim Lee/)
    await hands.held('assigning')
    await jump('gm', 'Administration')
    await hands.press(/^Users/)
    await heading('Users')
    await page.getByRole('row', { name: /Kim Lee/ }).waitFor()
    await hands.write(/Search users/, 'Kim')
    await page.getByRole('row', { name: /李伟/ }).waitFor({ state: 'detached' })
    await hands.key('Escape')
    await hands.key('ArrowDown')
    await hands.key('Space')
    await page.getByRole('complementary').getByText('Kim Lee').waitFor()
    await hands.press('Deactivate')
    await dialog().waitFor()
    await hands.seen('handing over')
    await pickIn('Choose who takes over', /李伟/)
    await hands.press(/^Deactivate, and|^Deactivate and/)
    await toast(/Kim Lee is deactivated/)
    await closed()
    await hands.held('handing over')
  })

  it('nothing complained meanwhile', () => assert.deepEqual(at.complaints, []))
})

/** In a list that unfolds under its field. */
async function pickIn(name: string, option: string | RegExp) {
  await hands.to(name)
  await hands.key('ArrowDown')
  await hands.pick(option)
}
const here = async () => Number(/customers\/(\d+)/.exec(page.url())?.[1])
