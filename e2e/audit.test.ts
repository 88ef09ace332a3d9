import assert from 'node:assert/strict'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { admin, setUp, type Visit, visit } from './guanxi.ts'
import { ask, sound } from './page.ts'

// Somebody changes a customer, looks it up in the audit, undoes it, proves it, and erases the customer; in both
// languages, with pictures in e2e/screenshots (not committed).
const PICTURES = join(import.meta.dirname, 'screenshots')
let at: Visit
let page: Page
let id: number

before(async () => {
  await mkdir(PICTURES, { recursive: true })
  at = await visit()
  page = await at.open()
  await setUp(page, at.link)
  id = await ask<{ id: number }>(page, 'POST', '/parties', {
    kind: 'person',
    name: '欧阳若兰',
    country: 'CN',
    contact_points: [{ kind: 'phone', value: '13955501234' }],
    roles: ['customer'],
  }).then((party) => party.id)
  await ask(page, 'PATCH', `/parties/${id}`, { note: '喜欢下午联系' })
  await ask(page, 'PATCH', `/parties/${id}`, { note: '只在周二联系', tags: ['重点'] })
})
after(() => at.end())

const speak = async (locale: 'zh-CN' | 'en') => {
  await ask(page, 'PATCH', '/session', { locale })
  await page.evaluate('localStorage.clear()')
}
const picture = (name: string) => page.screenshot({ path: join(PICTURES, `audit.${name}.png`) })

test('a change is found, read, proven and undone', async () => {
  await page.goto(`${at.guanxi.url}/audit?party=${id}`)
  const row = page.getByText(`${admin.name} changed note, tags of 欧阳若兰`)
  await row.waitFor()
  await picture('list.en')
  await row.click()
  const peek = page.getByRole('complementary')
  await peek.getByText('只在周二联系').waitFor()
  await peek.getByText('Undo this change').waitFor()
  // The seal comes within seconds.
  for (let tries = 0; (await peek.getByText('Download proof').count()) === 0 && tries < 20; tries++) {
    await page.waitForTimeout(500)
    await page.reload()
    await peek.getByText('只在周二联系').waitFor()
  }
  await picture('peek.en')
  await sound(page)
  const coming = page.waitForEvent('download')
  await peek.getByText('Download proof').click()
  const proof = JSON.parse(await readFile(await (await coming).path(), 'utf8')) as { format: string }
  assert.equal(proof.format, 'guanxi-audit-proof/1')
  await peek.getByRole('button', { name: 'Undo this change' }).click()
  await page.getByText('Undone, as a new change on record').waitFor()
  await peek.getByRole('heading', { name: 'Cannot be undone' }).waitFor()
  await peek.getByText('What builds on it:').waitFor()
  await picture('undone.en')
})

test('the chain is verified from the page, and says so', async () => {
  await page.goto(`${at.guanxi.url}/audit`)
  await page.getByRole('button', { name: 'Audit chain' }).click()
  await page.getByRole('button', { name: 'Verify now' }).click()
  await page.getByRole('complementary').getByText('Chain holds').waitFor()
  await page.getByRole('complementary').getByText('Newest seal').waitFor()
  await picture('chain.en')
  await sound(page)
})

test('filters read as a sentence, and the filtered records go out as a file', async () => {
  await page.goto(`${at.guanxi.url}/audit?field=note&range=week`)
  await page.getByText(`${admin.name} changed note, tags of 欧阳若兰`).first().waitFor()
  await page.getByRole('button', { name: 'Export', exact: true }).click()
  const coming = page.waitForEvent('download')
  await page.getByText('JSONL: one record a line').click()
  const text = await readFile(await (await coming).path(), 'utf8')
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { says: string })
  assert.ok(lines.length >= 2 && lines.every(({ says }) => says.includes('note')))
  await page.goto(`${at.guanxi.url}/audit?field=language`)
  await page.getByText('No record matches').waitFor()
})

test('in Chinese it reads as Chinese, in the dark and on a phone too', async () => {
  await speak('zh-CN')
  await page.goto(`${at.guanxi.url}/audit?party=${id}`)
  await page.getByText(`${admin.name} 新建了 欧阳若兰`).waitFor()
  await picture('list.zh')
  await page.getByText(`${admin.name} 新建了 欧阳若兰`).click()
  await page.getByText('不能撤销').waitFor()
  await picture('peek.zh')
  const state = await page.context().storageState()
  const dark = await at.open({ storageState: state, colorScheme: 'dark', locale: 'zh-CN' })
  await dark.goto(`${at.guanxi.url}/audit`)
  await dark.getByText('欧阳若兰').first().waitFor()
  await dark.screenshot({ path: join(PICTURES, 'audit.list.zh.dark.png') })
  await dark.context().close()
  const phone = await at.open({ storageState: state, viewport: { width: 390, height: 844 }, locale: 'zh-CN' })
  await phone.goto(`${at.guanxi.url}/audit?party=${id}`)
  await phone.getByText(`${admin.name} 新建了 欧阳若兰`).click()
  await phone.getByText('返回列表').waitFor()
  await phone.getByText('不能撤销').waitFor()
  await phone.screenshot({ path: join(PICTURES, 'audit.phone.zh.png') })
  assert.ok((await phone.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth')) <= 0)
  await phone.context().close()
  await speak('en')
})

test('a customer is handed their data, then erased with their name typed; the shell says when and why', async () => {
  await page.goto(`${at.guanxi.url}/customers/${id}`)
  const menu = page.getByRole('button', { name: /^Actions for|^More/ }).first()
  await menu.click()
  const coming = page.waitForEvent('download')
  await page.getByText('Export everything about them').click()
  assert.match((await coming).suggestedFilename(), /everything-\d+\.zip/)
  await menu.click()
  await page.getByText('Erase…').click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Contact points', { exact: true }).waitFor()
  await picture('erase.en')
  await sound(page)
  assert.ok(await dialog.getByRole('button', { name: 'Erase for good' }).isDisabled())
  await dialog.getByLabel('Type “欧阳若兰” to confirm').fill('欧阳若兰')
  await dialog.getByRole('button', { name: 'Erase for good' }).click()
  await page.getByText(/^Erased on .* by 王敏: The person asked for it/).waitFor()
  await page.getByRole('heading', { level: 1, name: `已抹除 Erased #${id}` }).waitFor()
  await picture('erased.en')
  await page.goto(`${at.guanxi.url}/audit?party=${id}`)
  await page.getByText('(content erased)').first().waitFor()
  assert.ok(!(await page.locator('main').innerText()).includes('欧阳若兰'))
  await picture('list.erased.en')
  await speak('zh-CN')
  await page.goto(`${at.guanxi.url}/customers/${id}`)
  await page.getByText(/由 王敏 抹除（本人要求删除）/).waitFor()
  await picture('erased.zh')
  await speak('en')
  assert.deepEqual(at.complaints, [])
})
