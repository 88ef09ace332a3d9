import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { codeAt, STEP_S, stepOf } from '../modules/access/signing/totp.ts'
import { admin, setUp, type Visit, visit } from './guanxi.ts'
import { sound } from './page.ts'

// Two-step sign-in as a person meets it: set up, used, asked of a role, reset; pictures in e2e/screenshots.
const PICTURES = join(import.meta.dirname, 'screenshots')
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
let at: Visit
let page: Page

before(async () => {
  await mkdir(PICTURES, { recursive: true })
  at = await visit()
  page = await at.open()
  await setUp(page, at.link)
})
after(() => at.end())

const fromBase32 = (text: string) => {
  const bits = [...text].map((c) => ALPHABET.indexOf(c).toString(2).padStart(5, '0')).join('')
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}
/** The telephone: a code that was not shown before. */
function phone(secret: Buffer) {
  let last = 0
  return async () => {
    let step = stepOf(new Date())
    // A step ahead is within what is taken, and spares half a minute.
    if (step <= last) step = last + 1
    if (step > stepOf(new Date()) + 1) await new Promise((go) => setTimeout(go, STEP_S * 1000))
    last = step
    return codeAt(secret, step)
  }
}
const picture = (name: string) => page.screenshot({ path: join(PICTURES, `admin.${name}.png`) })

test('two-step sign-in is set up with a QR code, and the next sign-in asks for a code', async () => {
  await page.goto(`${at.guanxi.url}/account`)
  await page.getByRole('button', { name: 'Switch two-step sign-in on' }).click()
  await page.getByLabel('Your password once more').fill(admin.password)
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByRole('img', { name: 'QR code for two-step sign-in' }).waitFor()
  await picture('two-step.en')
  await sound(page)
  const typed = await page.locator('.acform code').innerText()
  const next = phone(fromBase32(typed.replaceAll(' ', '')))
  await page.getByLabel('Six digits').fill(await next())
  await page.getByRole('button', { name: 'Switch on', exact: true }).click()
  await page.getByText('Keep the recovery codes').waitFor()
  const recovery = await page.locator('.accodes code').first().innerText()
  await picture('recovery.en')
  await page.getByRole('button', { name: 'I have kept them' }).click()
  await page.getByText('Recovery codes left').waitFor()
  await picture('account.en')
  await sound(page)
  const other = await at.open()
  await other.goto(`${at.guanxi.url}/account`)
  await other.getByLabel('E-mail').fill(admin.email)
  await other.getByLabel('Password', { exact: true }).fill(admin.password)
  await other.getByRole('button', { name: 'Sign in' }).click()
  await other.getByLabel('Code').waitFor()
  await other.screenshot({ path: join(PICTURES, 'admin.sign-in.code.en.png') })
  await sound(other)
  await other.getByLabel('Code').fill(recovery)
  await other.getByRole('button', { name: 'Sign in' }).click()
  // There: two sign-ins, of which this one is marked; the other is ended from here.
  await other.getByText('this one').waitFor()
  await page.reload()
  await page.getByRole('button', { name: 'Sign out', exact: true }).first().click()
  await page.getByText('Signed out there').waitFor()
  await other.reload()
  await other.getByLabel('E-mail').waitFor()
  await other.context().close()
})

test('asked of everybody, who has not set it up comes no further than setting it up', async () => {
  const root = await page.evaluate<number>(
    `(async () => (await (await fetch('/api/v1/units')).json()).items[0].unit_id)()`,
  )
  await page.evaluate(`(async () => {
    const { csrf } = await (await fetch('/api/v1/session')).json()
    await fetch('/api/v1/users', { method: 'POST', headers: { 'content-type': 'application/json', 'x-csrf-token': csrf },
      body: JSON.stringify({ email: 'han@northwind.example', name: '韩梅梅', role: 'marketer', unit_id: ${root}, password: '${admin.password}', locale: 'zh-CN' }) })
  })()`)
  await page.goto(`${at.guanxi.url}/admin/security`)
  await page.getByLabel('Ask it of everybody').check()
  await page.getByText('Saved').waitFor()
  await picture('security.en')
  await sound(page)
  const theirs = await at.open({ locale: 'zh-CN' })
  await theirs.goto(`${at.guanxi.url}/customers`)
  await theirs.getByLabel('邮箱').fill('han@northwind.example')
  await theirs.getByLabel('密码', { exact: true }).fill(admin.password)
  await theirs.getByRole('button', { name: '登录' }).click()
  await theirs.getByRole('heading', { name: '请先设置两步验证' }).waitFor()
  await theirs.getByLabel('请再输一次密码').fill(admin.password)
  await theirs.getByRole('button', { name: '继续' }).click()
  await theirs.getByRole('img', { name: '两步验证的二维码' }).waitFor()
  await theirs.screenshot({ path: join(PICTURES, 'admin.enrol.zh.png') })
  await sound(theirs)
  const next = phone(fromBase32((await theirs.locator('.acform code').innerText()).replaceAll(' ', '')))
  await theirs.getByLabel('6 位数字').fill(await next())
  await theirs.getByRole('button', { name: '确认开启' }).click()
  await theirs.getByRole('button', { name: '我已保存好' }).click()
  await theirs.getByRole('heading', { level: 1, name: '客户' }).waitFor()
  await theirs.context().close()
})

test('an administrator resets it for who lost the phone', async () => {
  await page.goto(`${at.guanxi.url}/admin/users?q=han`)
  await page.getByRole('grid').getByText('韩梅梅').click()
  await page.getByRole('complementary').getByRole('button', { name: 'Reset two-step' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Reset two-step' }).click()
  await page.getByText('The two-step sign-in of 韩梅梅 is reset').waitFor()
  await page.getByRole('complementary').getByText('Off', { exact: true }).waitFor()
  assert.deepEqual(at.complaints, [])
})

test('a webhook is set up, its secret shown once; an inner address is refused in words', async () => {
  await page.goto(`${at.guanxi.url}/admin`)
  await page.getByRole('main').getByText('Webhooks', { exact: true }).click()
  await page.getByText('No webhooks yet').waitFor()
  await page.getByRole('button', { name: 'New webhook' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('What it is for').fill('网店同步')
  await dialog.getByLabel('Address').fill('https://127.0.0.1/hook')
  await dialog.getByLabel('Role').click()
  await page.locator('.ant-select-item-option').filter({ hasText: 'Analyst' }).last().click()
  await dialog.getByRole('button', { name: 'Create and show the secret' }).click()
  await dialog.getByText('Only public addresses: not this machine, not its network').waitFor()
  await picture('webhook.new.en')
  await sound(page)
  // A name that nobody has: it is on the log as not found.
  await dialog.getByLabel('Address').fill('https://hook.invalid/guanxi')
  await dialog.getByRole('button', { name: 'Create and show the secret' }).click()
  assert.match(await page.getByLabel('Signing secret').inputValue(), /^whsec_/)
  await page.getByRole('button', { name: 'Done' }).click()
  await page.evaluate(`(async () => {
    const { csrf } = await (await fetch('/api/v1/session')).json()
    await fetch('/api/v1/parties', { method: 'POST', headers: { 'content-type': 'application/json', 'x-csrf-token': csrf },
      body: JSON.stringify({ kind: 'person', name: '欧阳若兰', roles: ['customer'] }) })
  })()`)
  await page.getByRole('grid').getByText('网店同步').click()
  const peek = page.getByRole('complementary')
  await peek.getByText('Customer created', { exact: true }).waitFor()
  await peek.getByText(/name not found/).waitFor()
  await picture('webhook.en')
  await sound(page)
  await peek.getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await page.getByText('“网店同步” is removed').waitFor()
  assert.deepEqual(at.complaints, [])
})
