import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { admin, setUp, type Visit, visit } from './guanxi.ts'
import { ask, sound } from './page.ts'

// Two people at one customer, each in a browser of their own: they see each other, they see what the other saves, and
// of what both write into one field nothing is lost. One reads Chinese, the other English.
const PICTURES = join(import.meta.dirname, 'screenshots')
const LI = { name: '李伟', email: 'li.wei@northwind.example' }
let at: Visit
let wang: Page
let li: Page
let id: number

before(async () => {
  await mkdir(PICTURES, { recursive: true })
  at = await visit()
  wang = await at.open()
  await setUp(wang, at.link)
  const root = (await ask<{ items: { unit_id: number }[] }>(wang, 'GET', '/units')).items[0]!.unit_id
  await ask(wang, 'POST', '/users', {
    ...LI,
    role: 'director',
    unit_id: root,
    password: admin.password,
  })
  li = await at.open({ locale: 'zh-CN' })
  await li.goto(`${at.guanxi.url}/customers`)
  await li.getByLabel('邮箱').fill(LI.email)
  await li.getByLabel('密码', { exact: true }).fill(admin.password)
  await li.keyboard.press('Enter')
  await li.getByRole('navigation').first().waitFor()
  await ask(li, 'PATCH', '/session', { locale: 'zh-CN' })
  const made = await ask<{ id: number }>(wang, 'POST', '/parties', {
    kind: 'person',
    name: '林若兰',
    country: 'CN',
    note: '老客户',
    roles: ['customer'],
  })
  id = made.id
  const params = { kind: 'birthday', calendar: 'lunar', month: 8, day: 15 }
  await ask(wang, 'POST', `/parties/${id}/notes`, { body: 'asked for samples' })
  await ask(wang, 'POST', `/parties/${id}/occasions`, params)
  await ask(wang, 'POST', `/parties/${id}/ties`, { kind: 'works_at', create: { name: '华东机电' } })
  await ask(wang, 'POST', '/tasks', { title: '寄样品', party_id: id })
})
after(() => at.end())

const picture = (page: Page, name: string) =>
  page.screenshot({ path: join(PICTURES, `together.${name}.png`) })
const open = async (page: Page) => {
  await page.goto(`${at.guanxi.url}/customers/${id}`)
  await page.getByRole('heading', { level: 1 }).filter({ hasText: '林若兰' }).waitFor()
}
const here = (page: Page) => page.getByRole('status', { name: /Colleagues here now|同时在这里的同事/ })

test('each sees that the other is here, and in which field the other is writing', async () => {
  await open(wang)
  await open(li)
  await here(wang).getByText('李伟 is here too').waitFor()
  await here(li).getByText('王敏也在看').waitFor()
  await li.getByRole('button', { name: '修改备注' }).click()
  await here(wang).getByText('李伟 is editing the notes').waitFor()
  await wang.getByText('李伟 is editing', { exact: true }).waitFor()
  await wang.getByRole('button', { name: 'Edit Name' }).click()
  await here(li).getByText('王敏正在编辑名称').waitFor()
  await picture(wang, 'editing.en')
  await picture(li, 'editing.zh')
  await sound(wang)
  await sound(li)
  await wang.keyboard.press('Escape')
  await li.keyboard.press('Escape')
  await here(wang).getByText('李伟 is here too').waitFor()
})

test('what one saves the other sees without loading anew, also while writing in another field', async () => {
  await wang.getByRole('button', { name: 'Edit Name' }).click()
  await wang.getByRole('textbox', { name: 'Name' }).fill('林若兰女士')
  await li.getByRole('button', { name: '修改备注' }).click()
  await li.getByRole('textbox', { name: '备注' }).fill('每年五月来访')
  await li.keyboard.press('Enter')
  await wang.getByText('每年五月来访').first().waitFor()
  assert.equal(await wang.getByRole('textbox', { name: 'Name' }).inputValue(), '林若兰女士')
  await wang.keyboard.press('Enter')
  await li.getByRole('heading', { level: 1 }).filter({ hasText: '林若兰女士' }).waitFor()
  const party = await ask<{ name: string; note: string }>(wang, 'GET', `/parties/${id}`)
  assert.deepEqual([party.name, party.note], ['林若兰女士', '每年五月来访'])
})

const editNotes = async (page: Page, text: string) => {
  await page.getByRole('button', { name: /^(修改备注|Edit Note)$/ }).click()
  await page.getByRole('textbox', { name: /^(备注|Note)$/ }).fill(text)
}
const noted = async () => (await ask<{ note: string }>(wang, 'GET', `/parties/${id}`)).note

test('both write the notes: both texts stand side by side with who and when, and one takes one’s own', async () => {
  await editNotes(wang, 'written by Wang')
  await editNotes(li, '李伟写的')
  await li.keyboard.press('Enter')
  const panel = wang.getByRole('alert').filter({ hasText: 'changed this too' })
  await panel.getByText(/^李伟 changed this too, at \d\d:\d\d/).waitFor()
  await panel.getByText('written by Wang').waitFor()
  await panel.getByText('李伟写的', { exact: true }).waitFor()
  await picture(wang, 'clash.en')
  await sound(wang)
  // Enter does not decide.
  await wang.getByRole('textbox', { name: 'Note' }).press('Enter')
  assert.equal(await noted(), '李伟写的')
  await panel.getByRole('button', { name: 'Use mine' }).click()
  await panel.waitFor({ state: 'detached' })
  await li.getByText('written by Wang').first().waitFor()
  assert.equal(await noted(), 'written by Wang')
})

test('one may take the other’s, or keep both and go on writing', async () => {
  await editNotes(li, '第二次')
  await editNotes(wang, 'second time')
  await wang.keyboard.press('Enter')
  const panel = li.getByRole('alert').filter({ hasText: '也改了这一项' })
  await panel.getByText('王敏的').waitFor()
  await picture(li, 'clash.zh')
  await sound(li)
  await panel.getByRole('button', { name: '两份都留，接着改' }).click()
  await panel.waitFor({ state: 'detached' })
  const box = li.getByRole('textbox', { name: '备注' })
  assert.equal(await box.inputValue(), 'second time\n第二次')
  await box.press('Enter')
  await wang.getByText('second time 第二次').first().waitFor()
  assert.equal(await noted(), 'second time\n第二次')

  await editNotes(li, '第三次')
  await editNotes(wang, 'third time')
  await wang.keyboard.press('Enter')
  await panel.getByRole('button', { name: '用对方的' }).click()
  await panel.waitFor({ state: 'detached' })
  await li.getByText('third time').first().waitFor()
  assert.equal(await noted(), 'third time')
})

test('one sees who is writing a note, and which note, date, tie or task the other has open', async () => {
  await open(wang)
  await open(li)
  await li.getByRole('combobox', { name: '写备注' }).fill('说到一半')
  await here(wang).getByText('李伟 is writing a note').waitFor()
  await li.getByRole('combobox', { name: '写备注' }).fill('')
  const part = (page: Page, name: string) => page.getByRole('region', { name, exact: true })
  for (const [words, zh, opener, en] of [
    ['editing a date', '重要日子', '修改：生日', 'Important dates'],
    ['editing a tie', '任职单位', '修改：华东机电', 'Organisations'],
  ] as const) {
    await part(li, zh).getByRole('button', { name: opener }).click()
    await here(wang).getByText(`李伟 is ${words}`).waitFor()
    await part(wang, en).getByText('李伟 is editing', { exact: true }).waitFor()
    await li.keyboard.press('Escape')
  }
  await li.getByRole('button', { name: '更多操作：寄样品' }).click()
  await li.getByRole('option', { name: '修改' }).click()
  await here(wang).getByText('李伟 is editing a task').waitFor()
  await part(wang, 'Tasks').getByText('李伟 is editing', { exact: true }).waitFor()
  await picture(wang, 'parts.en')
  await sound(wang)
  await li.keyboard.press('Escape')
})

const rewrite = async (page: Page, words: string) => {
  await page.getByRole('button', { name: /^(备注操作|Actions for this note)$/ }).click()
  await page.getByRole('option', { name: /^(修改|Edit)$/ }).click()
  await page.getByRole('combobox', { name: /^(修改|Edit)$/ }).fill(words)
}

test('both rewrite one note, and neither loses a word', async () => {
  await open(wang)
  await open(li)
  await rewrite(wang, 'two samples, said Wang')
  await rewrite(li, '李伟说三份')
  await li.keyboard.press('Control+Enter')
  await li.getByRole('combobox', { name: '修改' }).waitFor({ state: 'detached' })
  const panel = wang.getByRole('alert').filter({ hasText: '李伟说三份' })
  await wang.getByRole('button', { name: 'Save' }).or(panel).first().waitFor()
  await wang.getByRole('combobox', { name: 'Edit' }).press('Control+Enter')
  await panel.getByText('two samples, said Wang').waitFor()
  await picture(wang, 'note.en')
  await sound(wang)
  await panel.getByRole('button', { name: 'Keep both and edit' }).click()
  const box = wang.getByRole('combobox', { name: 'Edit' })
  assert.equal(await box.inputValue(), '李伟说三份\ntwo samples, said Wang')
  await box.press('Control+Enter')
  await li.getByText('two samples, said Wang').first().waitFor()
  const { items } = await ask<{ items: { body: string }[] }>(wang, 'GET', `/parties/${id}/notes`)
  assert.equal(items[0]?.body, '李伟说三份\ntwo samples, said Wang')
})

test('of a tie and a task what only one has changed goes in by itself; of a date both days stand side by side', async () => {
  await open(wang)
  await open(li)
  const edit = async (page: Page, name: RegExp) => page.getByRole('button', { name }).click()
  await edit(wang, /^Change 华东机电$/)
  await edit(li, /^修改：华东机电$/)
  const field = (page: Page, name: RegExp) => page.getByRole('textbox', { name })
  await field(li, /^职务$/).fill('采购总监')
  await li.keyboard.press('Enter')
  await field(wang, /^Department$/).fill('Sourcing')
  await wang.keyboard.press('Enter')
  await wang.getByText('采购总监 · Sourcing').first().waitFor()
  await edit(wang, /^Change 华东机电$/)
  await edit(li, /^修改：华东机电$/)
  await field(li, /^职务$/).fill('副总')
  await li.keyboard.press('Enter')
  await li.getByText('副总 · Sourcing').first().waitFor()
  await field(wang, /^Title$/).fill('Vice president')
  await wang.keyboard.press('Enter')
  const panel = wang.getByRole('alert').filter({ hasText: '李伟 has changed this too' })
  await panel.getByText('副总').waitFor()
  await panel.getByText('Vice president').waitFor()
  await picture(wang, 'tie.en')
  await sound(wang)
  await panel.getByRole('button', { name: 'Use mine' }).click()
  await li.getByText('Vice president · Sourcing').first().waitFor()

  await edit(wang, /^Change Birthday$/)
  await edit(li, /^修改：生日$/)
  await li.getByRole('combobox', { name: '日', exact: true }).selectOption('16')
  await li.getByRole('button', { name: /保\s?存/ }).click()
  await li.getByText('农历八月十六').first().waitFor()
  await wang.getByRole('combobox', { name: 'Day', exact: true }).selectOption('17')
  await wang.getByRole('button', { name: 'Save' }).click()
  const day = wang.getByRole('alert').filter({ hasText: '李伟 has changed this too' })
  await day.getByRole('cell', { name: '16' }).waitFor()
  await day.getByRole('button', { name: 'Use theirs' }).click()
  await wang.getByText('16th of the 8th lunar month').first().waitFor()

  const task = async (page: Page) => {
    await page.getByRole('button', { name: /^(More for 寄样品|更多操作：寄样品)$/ }).click()
    await page.getByRole('option', { name: /^(Edit|修改)$/ }).click()
  }
  await task(wang)
  await task(li)
  await li.getByRole('textbox', { name: '说明' }).fill('三份')
  await li.keyboard.press('Enter')
  await li
    .getByText(/· 三份/)
    .first()
    .waitFor()
  await wang.getByRole('textbox', { name: 'Details' }).fill('two')
  await wang.keyboard.press('Enter')
  const both = wang.getByRole('alert').filter({ hasText: '李伟 has changed this too' })
  await both.getByText('三份').waitFor()
  await both.getByText('two', { exact: true }).waitFor()
  await both.getByRole('button', { name: 'Keep editing' }).click()
  assert.equal(await wang.getByRole('textbox', { name: 'Details' }).inputValue(), 'two')
  await wang.getByRole('button', { name: 'Save' }).click()
  await li.getByText(/· two/).first().waitFor()
})

const gone = (page: Page, words: string) => page.getByRole('alert').filter({ hasText: words })
const all = async <T>(path: string) => (await ask<{ items: T[] }>(wang, 'GET', path)).items

test('a note that a colleague deletes while one writes in it keeps one’s words, says who it was and becomes a new one', async () => {
  await open(wang)
  await open(li)
  await rewrite(wang, 'what Wang still had to say')
  const [note] = await all<{ id: number }>(`/parties/${id}/notes`)
  await ask(li, 'DELETE', `/parties/${id}/notes/${note!.id}`)
  const said = gone(wang, '李伟 has removed this meanwhile')
  await said.waitFor()
  const box = wang.getByRole('combobox', { name: 'Edit' })
  assert.equal(await box.inputValue(), 'what Wang still had to say')
  await picture(wang, 'gone.note.en')
  await sound(wang)
  // Ctrl and Enter do not decide.
  await box.press('Control+Enter')
  await said.getByRole('button', { name: 'Save as new' }).click()
  await said.waitFor({ state: 'detached' })
  await li.getByText('what Wang still had to say').first().waitFor()
  const [now] = await all<{ id: number; body: string }>(`/parties/${id}/notes`)
  assert.ok(now!.id !== note!.id && now!.body === 'what Wang still had to say')
})

test('of a tie, a date and a task that were removed or done meanwhile the same, in Chinese; leaving it leaves it removed', async () => {
  const part = (name: string) => li.getByRole('region', { name, exact: true })
  const [tie] = await all<{ id: number }>(`/parties/${id}/ties`)
  await part('任职单位').getByRole('button', { name: '修改：华东机电' }).click()
  await li.getByRole('textbox', { name: '职务' }).fill('总经理')
  await ask(wang, 'DELETE', `/parties/${id}/ties/${tie!.id}`)
  const said = gone(li, '王敏刚才删除了这一条')
  await said.waitFor()
  assert.equal(await li.getByRole('textbox', { name: '职务' }).inputValue(), '总经理')
  await picture(li, 'gone.tie.zh')
  await sound(li)
  await said.getByRole('button', { name: '另存为新的一条' }).click()
  await said.waitFor({ state: 'detached' })
  const [anew] = await all<{ id: number; title: string }>(`/parties/${id}/ties`)
  assert.ok(anew!.id !== tie!.id && anew!.title === '总经理')

  const [day] = await all<{ id: number }>(`/parties/${id}/occasions`)
  await part('重要日子').getByRole('button', { name: '修改：生日' }).click()
  await li.getByRole('textbox', { name: '备注', exact: true }).last().fill('送桂花')
  await ask(wang, 'DELETE', `/parties/${id}/occasions/${day!.id}`)
  await said.waitFor()
  await said.getByRole('button', { name: /放\s?弃/ }).click()
  await said.waitFor({ state: 'detached' })
  assert.deepEqual(await all(`/parties/${id}/occasions`), [])

  const [task] = await all<{ id: number }>(`/tasks?party_id=${id}&view=all`)
  await li.getByRole('button', { name: '更多操作：寄样品' }).click()
  await li.getByRole('option', { name: '修改' }).click()
  await li.getByRole('textbox', { name: '说明' }).fill('再寄两份')
  await ask(wang, 'POST', `/tasks/${task!.id}/done`)
  const done = gone(li, '王敏刚才把它标记为已完成')
  await done.getByRole('button', { name: '另存为新的一条' }).click()
  await done.waitFor({ state: 'detached' })
  await li
    .getByText(/再寄两份/)
    .first()
    .waitFor()
  const [again] = await all<{ id: number; note: string }>(`/tasks?party_id=${id}&view=all`)
  assert.ok(again!.id !== task!.id && again!.note === '再寄两份')
})

test('a customer that is merged away under one’s hands takes no words along: they are saved to the one that stays', async () => {
  const [away, stays] = await Promise.all(
    ['方晴', '方晴之'].map((name) => ask<{ id: number }>(wang, 'POST', '/parties', { kind: 'person', name })),
  )
  await li.goto(`${at.guanxi.url}/customers/${away!.id}`)
  await li.getByRole('heading', { level: 1, name: '方晴' }).waitFor()
  const box = li.getByRole('combobox', { name: '写备注' })
  await box.fill('正说到一半')
  await ask(wang, 'POST', `/parties/${stays!.id}/merge`, { others: [away!.id], take: {} })
  await li.getByText(/刚才被并入“方晴之”/).waitFor()
  assert.equal(await box.inputValue(), '正说到一半')
  await picture(li, 'merged.zh')
  await sound(li)
  await box.press('Control+Enter')
  await li.waitForURL(`**/customers/${stays!.id}`)
  await li.getByText('正说到一半').first().waitFor()
  const [note] = await all<{ body: string }>(`/parties/${stays!.id}/notes`)
  assert.equal(note!.body, '正说到一半')
  await open(li)
})

test('in the list one sees who is writing, and both values when a cell was written by both', async () => {
  await wang.goto(`${at.guanxi.url}/customers?sort=name&cols=owner,country,tags`)
  const grid = wang.getByRole('grid', { name: 'Customers' })
  await li.getByRole('button', { name: '修改国家地区' }).click()
  await grid.getByRole('img', { name: /李伟 is editing the country/ }).waitFor()
  await picture(wang, 'list.en')
  await li.keyboard.press('Escape')
  await wang.getByRole('gridcell', { name: 'China' }).dblclick()
  await here(li).getByText('王敏正在编辑国家地区').waitFor()
  await ask(li, 'PATCH', `/parties/${id}`, { country: 'JP' })
  await wang.getByLabel('Edit Country').fill('France')
  await wang.keyboard.press('Enter')
  const panel = wang.getByRole('alert').filter({ hasText: '李伟 changed this too' })
  await panel.getByText('Japan').waitFor()
  await panel.getByText('France').waitFor()
  await picture(wang, 'grid.en')
  await panel.getByRole('button', { name: 'Use theirs' }).click()
  await wang.getByRole('gridcell', { name: 'Japan' }).waitFor()
  assert.equal((await ask<{ country: string }>(wang, 'GET', `/parties/${id}`)).country, 'JP')
})

test('who closes the page is soon gone', async () => {
  await open(wang)
  await here(wang).getByText('李伟 is here too').waitFor()
  await li.context().close()
  await here(wang).getByText('李伟').waitFor({ state: 'detached', timeout: 45_000 })
  assert.deepEqual(at.complaints, [])
})
