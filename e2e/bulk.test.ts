import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { admin, setUp, type Visit, visit } from './guanxi.ts'

// Many customers at once, and cell by cell, as a person does it with the keyboard.

const shots = process.env['GUANXI_SHOTS']
let house: Visit
let page: Page
before(async () => {
  house = await visit()
  page = await house.open()
  await setUp(page, house.link)
  await page.evaluate(async () => {
    const { csrf } = (await (await fetch('/api/v1/session')).json()) as { csrf: string }
    const names = ['陈建国', 'Kim Lee', '华东机电', 'Northwind', '王芳', 'Ada Byron']
    for (let i = 0; i < 72; i++)
      await fetch('/api/v1/parties', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-csrf-token': csrf },
        body: JSON.stringify({
          kind: i % 3 === 2 ? 'organisation' : 'person',
          name: `${names[i % 6]} ${String(i).padStart(2, '0')}`,
          roles: ['customer'],
          ...(i % 2 ? { country: 'GB' } : {}),
          ...(i % 5 === 0 ? { tags: ['vip'] } : {}),
        }),
      })
  })
})
after(() => house.end())

const shot = async (name: string) => {
  if (shots) await page.screenshot({ path: `${shots}/${name}.png` })
}
const grid = () => page.getByRole('grid')
const toast = (text: string | RegExp) => page.locator('.toasts').getByText(text)

describe('customers chosen together', () => {
  it('are tagged with the count said beforehand, and undone from the toast', async () => {
    await page.goto(`${house.guanxi.url}/customers?sort=name`)
    await grid().getByText('Ada Byron 05').waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('x')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('x')
    await page.getByText('2 selected').waitFor()
    await page.getByRole('toolbar').getByRole('button', { name: 'Tags' }).click()
    await page.getByRole('dialog').getByRole('combobox').fill('gold')
    await page.keyboard.press('Enter')
    await page.getByText('2 will change').waitFor()
    await shot('bulk_1_dialog')
    // The list of tags stays open for the next one: it closes as one goes on.
    await page.keyboard.press('Tab')
    await page.getByRole('button', { name: 'Tag 2 customers' }).click()
    await toast('Tagged 2 customers').waitFor()
    await grid().getByText('gold').nth(1).waitFor()
    await page.getByRole('button', { name: 'Undo', exact: true }).click()
    await toast('Undone: 2 customers as before').waitFor()
    await grid().getByText('gold').first().waitFor({ state: 'detached' })
  })

  it('are all that match, without those taken out, and are assigned; the report tells and takes back', async () => {
    await page.keyboard.press('Control+a')
    await page.getByText('50 selected').waitFor()
    await page.getByRole('button', { name: 'Select all 72 that match' }).click()
    await page.getByText('All 72 that match are selected').waitFor()
    await grid().getByRole('checkbox').nth(1).click()
    await page.getByText('All 72 that match are selected, without 1').waitFor()
    await shot('bulk_2_bar')
    await page.getByRole('button', { name: 'Assign', exact: true }).click()
    await page.getByRole('dialog').getByRole('combobox').fill(admin.name)
    await page.keyboard.press('Enter')
    await page.getByTestId('bulk-go').click()
    await toast(/^Assigned \d+ customers/).waitFor()
    await page.goto(`${house.guanxi.url}/jobs`)
    await page.getByText('Bulk change of customers').first().click()
    await page.getByRole('link', { name: 'Open' }).click()
    await page.getByRole('heading', { name: `Assign to ${admin.name}` }).waitFor()
    await shot('bulk_3_report')
    await page.getByTestId('bulk-turn').click()
    await page.getByRole('heading', { name: `Undo: Assign to ${admin.name}` }).waitFor()
    await page.getByRole('button', { name: 'Do again' }).waitFor()
    assert.deepEqual(house.complaints, [])
  })

  it('go to the trash, are found there, and come back all together', async () => {
    await page.goto(`${house.guanxi.url}/customers?sort=name`)
    await grid().getByText('Ada Byron 05').waitFor()
    await page.getByRole('button', { name: 'All views' }).click()
    await page.getByRole('button', { name: 'Trash', exact: true }).click()
    await page.getByText('The trash is empty').waitFor()
    await page.goto(`${house.guanxi.url}/customers?sort=name`)
    await grid().getByText('Ada Byron 05').waitFor()
    for (const row of [1, 2]) await grid().getByRole('checkbox').nth(row).click()
    await page.getByText('2 selected').waitFor()
    await page.getByRole('toolbar').getByRole('button', { name: /^More/ }).click()
    await page.getByRole('option', { name: 'Move to the trash' }).click()
    await page.getByTestId('bulk-go').click()
    await toast('2 customers moved to the trash').waitFor()
    await grid().getByText('Ada Byron 05').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'All views' }).click()
    await page.getByRole('button', { name: 'Trash', exact: true }).click()
    await grid().getByText('Ada Byron 05').waitFor()
    await page.keyboard.press('Control+a')
    await page.getByText('2 selected').waitFor()
    await shot('bulk_6_trash')
    await page.getByRole('toolbar').getByRole('button', { name: 'Restore' }).click()
    await page.getByTestId('bulk-go').click()
    await page.getByText('The trash is empty').waitFor()
    await page.goto(`${house.guanxi.url}/customers?sort=name`)
    await grid().getByText('Ada Byron 05').waitFor()
    assert.deepEqual(house.complaints, [])
  })

  it('read well in Chinese and on a phone, where a long press begins to choose', async () => {
    await page.goto(`${house.guanxi.url}/customers?sort=name`)
    await page.getByText('中', { exact: true }).click()
    await page.setViewportSize({ width: 390, height: 844 })
    const first = page.getByRole('row').nth(1)
    await first.waitFor()
    const box = (await first.boundingBox())!
    await page.mouse.move(box.x + 150, box.y + 20)
    await page.mouse.down()
    await page.getByText('已选 1 位').waitFor()
    await page.mouse.up()
    await page.getByRole('row').nth(3).click()
    await page.getByText('已选 2 位').waitFor()
    await shot('bulk_4_phone')
    await page.getByRole('button', { name: '指派', exact: true }).click()
    await page.getByRole('dialog').getByText('指派客户').first().waitFor()
    await shot('bulk_5_phone_dialog')
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /取\s?消/ })
      .click()
    await page.goto(`${house.guanxi.url}/customers?trash=yes`)
    await page.getByText('回收站是空的').waitFor()
    await page.getByRole('heading', { name: '客户 · 回收站' }).waitFor()
    await shot('bulk_7_phone_trash')
    await page.setViewportSize({ width: 1440, height: 900 })
    await page.getByText('EN', { exact: true }).click()
    assert.deepEqual(house.complaints, [])
  })
})

describe('the list as a grid', () => {
  const cell = (row: number, col: number) => page.locator(`#customers-${row}-${col}`)
  // Run as text: what a browser has is not what Node knows.
  const clip = (kind: 'copy' | 'paste', text: string) =>
    page.evaluate<string>(`(() => {
      const data = new DataTransfer()
      data.setData('text/plain', ${JSON.stringify(text)})
      document.body.dispatchEvent(new ClipboardEvent('${kind}', { clipboardData: data, bubbles: true, cancelable: true }))
      return data.getData('text/plain')
    })()`)
  const paste = (text: string) => clip('paste', text)
  const copied = () => clip('copy', '')

  it('is written with the keyboard alone: arrows, Enter, Esc, Tab, Ctrl-Z', async () => {
    await page.goto(`${house.guanxi.url}/customers?sort=name&cols=owner,country,tags,revenue`)
    await grid().getByText('Ada Byron 05').waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    await grid().getByLabel('Edit Country').fill('Nowhere')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('There is no “Nowhere”').waitFor()
    await shot('grid_1_refused')
    await grid().getByLabel('Edit Country').fill('China')
    await page.keyboard.press('Tab')
    await toast('Saved “Ada Byron 05”').waitFor()
    assert.equal(await cell(0, 2).innerText(), 'China')
    await page.keyboard.press('F2')
    await grid().getByLabel('Edit Tags').fill('gold, 重点')
    await page.keyboard.press('Enter')
    await cell(0, 3).getByText('重点').waitFor()
    await page.keyboard.press('Control+z')
    await cell(0, 3).getByText('重点').waitFor({ state: 'detached' })
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').getByText('Worked out from orders').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    assert.deepEqual(house.complaints, [])
  })

  it('takes a block from a spreadsheet whole or not at all, and gives one back', async () => {
    await page.goto(`${house.guanxi.url}/customers?sort=name&cols=owner,country,tags,revenue`)
    await grid().getByText('Ada Byron 11').waitFor()
    await cell(1, 2).click()
    await paste('France\tred\nNowhere\tblue\n')
    await page.getByText('1 cell cannot be written').waitFor()
    await shot('grid_2_paste_refused')
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click()
    assert.notEqual(await cell(1, 2).innerText(), 'France')
    await paste('France\tred\nGermany\tblue\n')
    await toast('Saved 2 customers').waitFor()
    await cell(2, 3).getByText('blue').waitFor()
    await cell(1, 2).click()
    await page.keyboard.press('Shift+ArrowDown')
    await page.keyboard.press('Shift+ArrowRight')
    await shot('grid_3_block')
    assert.equal(await copied(), 'France\tred\nGermany\tblue')
    await page.keyboard.press('Control+z')
    await cell(2, 3).getByText('blue').waitFor({ state: 'detached' })
    assert.deepEqual(house.complaints, [])
  })

  it('keeps what one types when another has changed the same meanwhile, and says what they made of it', async () => {
    await page.goto(`${house.guanxi.url}/customers?sort=name&cols=owner,country,tags`)
    await grid().getByText('Ada Byron 05').waitFor()
    await page.evaluate(async () => {
      const { csrf } = (await (await fetch('/api/v1/session')).json()) as { csrf: string }
      const { items } = (await (await fetch('/api/v1/parties?sort=name&limit=1')).json()) as {
        items: { id: number }[]
      }
      await fetch(`/api/v1/parties/${items[0]!.id}`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json', 'x-csrf-token': csrf },
        body: JSON.stringify({ country: 'JP' }),
      })
    })
    await cell(0, 2).dblclick()
    await grid().getByLabel('Edit Country').fill('Italy')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').getByText('changed this too').waitFor()
    await page.getByRole('alert').getByText('Japan').waitFor()
    assert.equal(await grid().getByLabel('Edit Country').inputValue(), 'Italy')
    await shot('grid_4_conflict')
    await page.keyboard.press('Enter')
    await toast('Saved “Ada Byron 05”').waitFor()
    assert.equal(await cell(0, 2).innerText(), 'Italy')
    assert.deepEqual(house.complaints, [])
  })
})
