import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { admin, setUp, type Visit, visit } from './guanxi.ts'

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
  root = (await ask<{ items: { unit_id: number }[] }>('GET', '/units')).items[0]!.unit_id
})
after(() => at.end())

/** As the page itself does: with its session. */
function ask<R>(method: string, path: string, body?: object): Promise<R> {
  return page.evaluate(
    `(async () => {
      const { csrf } = await (await fetch('/api/v1/session')).json()
      const answer = await fetch('/api/v1${path}', { method: '${method}', headers: { 'content-type': 'application/json', 'x-csrf-token': csrf }, body: ${body ? `'${JSON.stringify(body)}'` : 'undefined'} })
      return answer.status === 204 ? null : answer.json()
    })()`,
  )
}
const speak = async (locale: 'zh-CN' | 'en') => {
  await ask('PATCH', '/session', { locale })
  await page.evaluate('localStorage.clear()')
}
const picture = (name: string) => page.screenshot({ path: join(PICTURES, `admin.${name}.png`) })
const sound = async () => {
  const { violations } = await new AxeBuilder({ page }).analyze()
  assert.deepEqual(
    violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map((v) => `${v.id}: ${v.nodes[0]?.html}`),
    [],
  )
}
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
  await sound()
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
  await sound()
  await peek.getByRole('button', { name: 'Sign out everywhere' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out everywhere' }).click()
  await page.getByText('Signed out of 1 places').waitFor()
  await theirs.reload()
  await theirs.getByRole('button', { name: 'Sign in' }).waitFor()
  await theirs.context().close()
})

test('a user who leaves is deactivated and their customers are handed over', async () => {
  const { items } = await ask<{ items: { user_id: number; name: string }[] }>('GET', '/users?q=li.lei')
  const leaving = items[0]!
  const party = await ask<{ id: number }>('POST', '/parties', {
    kind: 'person',
    name: '欧阳若兰',
    roles: ['customer'],
    owner_id: leaving.user_id,
    unit_id: root,
  })
  await open(`/admin/users?peek=${leaving.user_id}`)
  await page.getByRole('complementary').getByRole('button', { name: 'Deactivate' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('They own 1 customers:').waitFor()
  await picture('leave.en')
  await sound()
  await choose('Choose who takes over', admin.name)
  await dialog.getByRole('button', { name: 'Deactivate and hand over 1 customers' }).click()
  await page.getByText('李雷 is deactivated; customers are being handed over').waitFor()
  await page.getByRole('complementary').getByText('Deactivated').waitFor()
  for (let tries = 0; tries < 40; tries++) {
    const now = await ask<{ owner: { name: string } | null }>('GET', `/parties/${party.id}`)
    if (now.owner?.name === admin.name) return
    await page.waitForTimeout(250)
  }
  assert.fail('the customer was not handed over')
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
