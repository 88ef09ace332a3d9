import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { admin, setUp, type Visit, visit } from './guanxi.ts'
import { ask, sound } from './page.ts'

// An administrator's work in a browser, in both languages, with pictures in e2e/screenshots (not committed).
const PICTURES = join(import.meta.dirname, 'screenshots')
let at: Visit
let page: Page
let root: number

before(async () => {
  await mkdir(PICTURES, { recursive: true })
  at = await visit()
  page = await at.open()
  await setUp(page, at.link)
  root = (await ask<{ items: { unit_id: number }[] }>(page, 'GET', '/units')).items[0]!.unit_id
})
after(() => at.end())

const speak = async (locale: 'zh-CN' | 'en') => {
  await ask(page, 'PATCH', '/session', { locale })
  await page.evaluate('localStorage.clear()')
}
const picture = (name: string) => page.screenshot({ path: join(PICTURES, `admin.${name}.png`) })
const open = async (path: string) => {
  await page.goto(at.guanxi.url + path)
  await page.getByRole('heading', { level: 1 }).waitFor()
}
const choose = async (label: string, option: string) => {
  await page.getByRole('dialog').getByLabel(label, { exact: true }).click()
  await page.locator('.ant-select-item-option').filter({ hasText: option }).last().click()
}

test('somebody is invited with a link shown once, comes in by it, and is seen there', async () => {
  await open('/admin')
  await page.getByRole('main').getByText('Users', { exact: true }).click()
  await page.getByRole('button', { name: 'Invite a user' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('李雷')
  await dialog.getByLabel('E-mail').fill('li.lei@northwind.example')
  await choose('Role', 'Relationship manager')
  await picture('invite.en')
  await sound(page)
  await dialog.getByRole('button', { name: 'Make the invitation link' }).click()
  const link = await page.getByLabel('Invitation link').inputValue()
  assert.match(link, /^http.*\/invitation#token=/)
  await picture('link.en')
  await page.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('complementary').getByText('Invited').waitFor()
  const theirs = await at.open()
  await theirs.goto(link)
  await theirs.getByLabel('Choose a password').fill('another sentence nobody guesses')
  await theirs.getByRole('button', { name: 'Save the password and enter' }).click()
  await theirs.waitForURL('**/customers')
  // The administration is not for everybody.
  assert.equal(await theirs.getByRole('link', { name: 'Admin' }).count(), 0)
  await page.reload()
  const peek = page.getByRole('complementary')
  await peek.getByText('Chrome · Linux').waitFor()
  await picture('user.en')
  await sound(page)
  await peek.getByRole('button', { name: 'Sign out everywhere' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere' }).click()
  await page.getByText('Signed out; sessions ended: 1').waitFor()
  await theirs.reload()
  await theirs.getByRole('button', { name: 'Sign in' }).waitFor()
  await theirs.context().close()
})

test('a user who leaves is deactivated and their customers are handed over', async () => {
  const { items } = await ask<{ items: { user_id: number; name: string }[] }>(page, 'GET', '/users?q=li.lei')
  const leaving = items[0]!
  const party = await ask<{ id: number }>(page, 'POST', '/parties', {
    kind: 'person',
    name: '欧阳若兰',
    roles: ['customer'],
    owner_id: leaving.user_id,
    unit_id: root,
  })
  await open(`/admin/users?peek=${leaving.user_id}`)
  await page.getByRole('complementary').getByRole('button', { name: 'Deactivate' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Customers they own: 1').waitFor()
  await picture('leave.en')
  await sound(page)
  await choose('Choose who takes over', admin.name)
  await dialog.getByRole('button', { name: 'Deactivate and hand over 1 customer' }).click()
  await page.getByText('李雷 is deactivated; customers are being handed over').waitFor()
  await page.getByRole('complementary').getByText('Deactivated').waitFor()
  for (let tries = 0; tries < 40; tries++) {
    const now = await ask<{ owner: { name: string } | null }>(page, 'GET', `/parties/${party.id}`)
    if (now.owner?.name === admin.name) return
    await page.waitForTimeout(250)
  }
  assert.fail('the customer was not handed over')
})

test('the tree of units is built, renamed, moved and cleared, with its people and customers', async () => {
  await open('/admin/units')
  const add = async (name: string, level: string) => {
    await page.getByRole('button', { name: 'New unit', exact: true }).click()
    await page.getByRole('dialog').getByLabel('Name').fill(name)
    await choose('Level', level)
    await page.getByRole('button', { name: `Create “${name}”` }).click()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await page.getByRole('grid').getByText(name).waitFor()
  }
  await add('华东', 'Branch')
  await add('华北', 'Branch')
  await page.getByRole('grid').getByText('华东').click()
  const peek = page.getByRole('complementary')
  await peek.getByRole('button', { name: 'New unit below' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('上海一组')
  await choose('Level', 'Team')
  await page.getByRole('button', { name: 'Create “上海一组”' }).click()
  await page.getByRole('grid').getByText('上海一组').waitFor()
  assert.ok(await peek.getByRole('button', { name: 'Remove' }).isDisabled())
  await picture('units.en')
  await sound(page)
  await page.getByRole('grid').getByText('上海一组').click()
  await peek.getByRole('button', { name: 'Rename or move' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('北京一组')
  await choose('Below', '华北')
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await page.getByRole('grid').getByText('北京一组').waitFor()
  const { items } = await ask<{ items: { name: string; parent_id: number; unit_id: number }[] }>(
    page,
    'GET',
    '/units',
  )
  const of = (name: string) => items.find((unit) => unit.name === name)!
  assert.equal(of('北京一组').parent_id, of('华北').unit_id)
  await page.getByRole('grid').getByText('华东').click()
  await peek.getByRole('heading', { name: '华东' }).waitFor()
  await peek.getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await page.getByText('“华东” is removed').waitFor()
  await page.getByRole('grid').getByText('华东').waitFor({ state: 'hidden' })
  // Headquarters: the administrator and the customer that was handed over.
  await page.getByRole('grid').getByText(admin.company).click()
  await peek.getByRole('link', { name: '1', exact: true }).first().waitFor()
})

test('an API key is made, shown once, works, and is revoked', async () => {
  await open('/admin/keys')
  await page.getByText('No API keys yet').waitFor()
  await page.getByRole('button', { name: 'New key' }).first().click()
  await page.getByRole('dialog').getByLabel('What it is for').fill('网店同步')
  await choose('Role', 'Analyst')
  await page.getByRole('button', { name: 'Make the key' }).click()
  const key = await page.getByLabel('Key', { exact: true }).inputValue()
  assert.match(key, /^gx_/)
  await picture('key.en')
  await page.getByRole('button', { name: 'Done' }).click()
  const call = () =>
    fetch(`${at.guanxi.url}/api/v1/products`, { headers: { authorization: `Bearer ${key}` } })
  assert.equal((await call()).status, 200)
  await page.reload()
  await page.getByRole('grid').getByText('网店同步').click()
  await picture('keys.en')
  await sound(page)
  await page.getByRole('complementary').getByRole('button', { name: 'Revoke' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await page.getByText('“网店同步” is revoked').waitFor()
  assert.equal((await call()).status, 401)
})

test('a role is copied, narrowed, saved, compared, and removed when nobody has it', async () => {
  await open('/admin/roles')
  await page.getByRole('grid').getByText('Relationship manager').click()
  await page.getByRole('button', { name: 'Copy as a new role' }).click()
  await page.getByLabel('Chinese name').fill('实习生')
  await page.getByLabel('English name').fill('Trainee')
  await page.getByLabel('Code', { exact: true }).fill('trainee')
  await page.getByRole('group', { name: 'See customers' }).getByRole('button', { name: 'Own' }).click()
  await page.getByLabel('phone').check()
  await picture('role.new.en')
  await sound(page)
  await page.getByRole('button', { name: 'Create the role' }).click()
  await page.getByRole('heading', { level: 1, name: 'Trainee' }).waitFor()
  await page.getByRole('group', { name: 'See orders' }).getByRole('button', { name: 'No' }).click()
  await page.getByRole('button', { name: 'Save the changes' }).click()
  await page.getByText('Saved', { exact: true }).waitFor()
  const { items } = await ask<{ items: { code: string; grants: object; masks: string[] }[] }>(
    page,
    'GET',
    '/roles',
  )
  const made = items.find((role) => role.code === 'trainee')!
  assert.equal((made.grants as Record<string, string>)['parties:read'], 'own')
  assert.ok(!('orders:read' in made.grants) && made.masks.includes('phone'))
  await open('/admin/roles?view=compare')
  await page.getByRole('rowheader', { name: 'See customers' }).waitFor()
  await picture('compare.en')
  await sound(page)
  await page.getByRole('link', { name: 'Trainee' }).click()
  await page.getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await page.getByText('“Trainee” is removed').waitFor()
  await open('/admin/roles')
  await picture('roles.en')
  await page.getByRole('grid').getByText('Trainee').waitFor({ state: 'hidden' })
})

test('what a user would see is told, with why, and with one customer in hand', async () => {
  await ask(page, 'POST', '/users', {
    email: 'marketer@northwind.example',
    name: 'Mark Ter',
    role: 'marketer',
    unit_id: root,
    password: admin.password,
  })
  await open('/admin/sees')
  const pick = async (label: string, typed: string, option: string) => {
    await page.getByRole('combobox', { name: label, exact: true }).fill(typed)
    await page.locator('.ant-select-item-option').filter({ hasText: option }).first().click()
  }
  await pick('Choose a user', 'Mark', 'Mark Ter')
  await pick('Choose a page or a right', 'Customers', 'Customers')
  await page.getByText('Because the role “Marketer” grants it, with the scope “Branch”.').waitFor()
  await page.getByText('1 customer').waitFor()
  await pick('One customer', '欧阳', '欧阳若兰')
  await page.getByText(/^Is shown; /).waitFor()
  await picture('sees.en')
  await sound(page)
  await pick('Choose a page or a right', 'Backups', 'Backups')
  await page.getByRole('heading', { name: 'Mark Ter may not: ' }).waitFor()
  await picture('sees.not.en')
})

test('in Chinese it reads as Chinese, on a phone and in the dark too', async () => {
  await speak('zh-CN')
  await open('/admin/users')
  await page.getByText('已停用').first().waitFor()
  await picture('users.zh')
  const state = await page.context().storageState()
  const phone = await at.open({
    storageState: state,
    viewport: { width: 390, height: 844 },
    locale: 'zh-CN',
    colorScheme: 'dark',
  })
  await phone.goto(`${at.guanxi.url}/admin/users`)
  await phone.getByText('李雷').click()
  await phone.getByText('返回列表').waitFor()
  await phone.screenshot({ path: join(PICTURES, 'admin.user.phone.zh.png') })
  assert.ok((await phone.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth')) <= 0)
  await phone.context().close()
  await speak('en')
  assert.deepEqual(at.complaints, [])
})
