import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { setUp, type Visit, visit } from './guanxi.ts'
import { ask, sound } from './page.ts'

// What hangs on a customer, as a person puts it there: dates, people, household, notes, tasks, files.

const shots = process.env['GUANXI_SHOTS']
let house: Visit
let page: Page
let person: number
let firm: number

before(async () => {
  house = await visit()
  page = await house.open()
  await setUp(page, house.link)
  const make = (kind: string, name: string) =>
    page.evaluate(
      async ([kind, name]) => {
        const session = (await (await fetch('/api/v1/session')).json()) as { csrf: string }
        const answer = await fetch('/api/v1/parties', {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-csrf-token': session.csrf },
          body: JSON.stringify({ kind, name, roles: [{ role: 'customer' }] }),
        })
        return ((await answer.json()) as { id: number }).id
      },
      [kind, name] as const,
    )
  person = await make('person', '陈建国')
  firm = await make('organisation', '华东机电')
})
after(() => house.end())

const shot = async (name: string) => {
  if (shots) await page.screenshot({ path: `${shots}/${name}.png` })
}
const part = (name: string) => page.getByRole('region', { name, exact: true })

describe('the depth of a customer', () => {
  it('a lunar birthday is entered and shown in both calendars, here and among what comes', async () => {
    await page.goto(`${house.guanxi.url}/customers/${person}`)
    await part('Important dates').getByRole('button', { name: 'Add a date' }).click()
    const form = part('Important dates').getByRole('form')
    await form.getByLabel('Calendar').selectOption('lunar')
    await form.getByLabel('Year').fill('1985')
    await form.getByRole('combobox', { name: 'Month', exact: true }).selectOption('8')
    await form.getByRole('combobox', { name: 'Day', exact: true }).selectOption('15')
    await form.getByRole('button', { name: 'Save' }).click()
    await part('Important dates').getByText('15th of the 8th lunar month').waitFor()
    await page.goto(`${house.guanxi.url}/occasions?days=90`)
    await page.getByRole('heading', { name: 'Important dates' }).waitFor()
    await shot('depth_occasions')
  })

  it('a person is tied to an organisation by searching for it, and another is made in place', async () => {
    await page.goto(`${house.guanxi.url}/customers/${person}`)
    await part('Organisations').getByRole('button', { name: 'Add an organisation' }).click()
    await page.getByRole('combobox', { name: 'Which organisation' }).fill('hdjd')
    await page.getByRole('option', { name: '华东机电' }).click()
    await part('Organisations').getByLabel('Title').fill('采购总监')
    await part('Organisations').getByRole('button', { name: 'Save' }).click()
    await part('Organisations').getByRole('link', { name: '华东机电' }).click()
    await page.waitForURL(`**/customers/${firm}`)
    await part('People').getByRole('link', { name: '陈建国' }).waitFor()
    await part('Group').getByRole('button', { name: 'Add a parent or subsidiary' }).click()
    await page.getByRole('combobox', { name: 'Which organisation' }).fill('华东机电苏州厂')
    await page.getByRole('option', { name: /Create/ }).click()
    await part('Group').getByRole('button', { name: 'Save' }).click()
    await part('Group').getByRole('link', { name: '华东机电苏州厂' }).waitFor()
    await shot('depth_organisation')
  })

  it('a note is written, edited and pinned; a task is made and done by its key; a file is added', async () => {
    await page.goto(`${house.guanxi.url}/customers/${person}`)
    const write = page.getByRole('combobox', { name: 'Write a note' })
    await write.fill('希望**缩短**交期\n- 先报价')
    await write.press('Control+Enter')
    const stream = page.getByRole('region', { name: 'Timeline' })
    await stream.getByText('缩短').waitFor()
    await stream.getByRole('button', { name: 'Actions for this note' }).click()
    await page.getByRole('option', { name: 'Pin' }).click()
    await page.getByRole('list', { name: 'Pinned' }).getByText('先报价').waitFor()
    await part('Files')
      .locator('input[type=file]')
      .setInputFiles({
        name: '报价单.pdf',
        mimeType: 'application/pdf',
        buffer: Buffer.from('%PDF-1.7 a quotation'),
      })
    await part('Files').getByRole('link', { name: '报价单.pdf' }).waitFor()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      part('Files').getByRole('link', { name: '报价单.pdf' }).click(),
    ])
    assert.equal(download.suggestedFilename(), '报价单.pdf')
    await part('Tasks').getByRole('button', { name: 'New task' }).click()
    await part('Tasks').getByLabel('What is to be done').fill('寄样品')
    await part('Tasks').getByLabel('Due').fill('2026-01-05')
    await part('Tasks').getByRole('button', { name: 'Save' }).click()
    await part('Tasks').getByText('寄样品').waitFor()
    await shot('depth_party_en')
    await sound(page)
    await page.goto(`${house.guanxi.url}/tasks`)
    await page.getByRole('region', { name: 'Overdue' }).getByText('寄样品').waitFor()
    await page.getByRole('navigation').getByText('1', { exact: true }).waitFor()
    await shot('depth_tasks_en')
    await sound(page)
    await page.keyboard.press('s')
    await page
      .getByText(/Snoozed until/)
      .first()
      .waitFor()
    await page.keyboard.press('e')
    await page.getByText('Nothing to do', { exact: true }).waitFor()
    assert.deepEqual(house.complaints, [])
  })

  it('is told in Chinese, in the dark and on a phone', async () => {
    const state = await page.context().storageState()
    page = await house.open({ storageState: state, colorScheme: 'dark', locale: 'zh-CN' })
    await page.goto(`${house.guanxi.url}/customers/${person}`)
    await page.getByRole('button', { name: '中' }).click()
    await part('重要日子')
      .getByText(/农历八月十五/)
      .waitFor()
    await shot('depth_party_zh_dark')
    await sound(page)
    const { id: long } = await ask<{ id: number }>(page, 'POST', '/parties', {
      kind: 'person',
      name: '超'.repeat(150) + 'x'.repeat(150),
    })
    await page.goto(`${house.guanxi.url}/customers/${long}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    const out = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
    assert.ok(out <= 0, `a name of 300 letters sticks out by ${out} px`)
    await page.setViewportSize({ width: 390, height: 844 })
    for (const path of [
      `/customers/${person}`,
      `/customers/${long}`,
      `/customers/${person}?tab=facts`,
      '/tasks?view=done',
      '/occasions?days=90',
    ]) {
      await page.goto(house.guanxi.url + path)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await shot(`depth_phone_${path.replace(/\W+/g, '_')}`)
      const wide = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
      assert.ok(wide <= 0, `${path} sticks out by ${wide} px`)
      await sound(page)
    }
    assert.deepEqual(house.complaints, [])
  })
})
