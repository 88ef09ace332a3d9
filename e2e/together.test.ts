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
