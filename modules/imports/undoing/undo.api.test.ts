import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type TestHouse, testHouse } from '../../../kernel/testing.ts'
import { modules } from '../../index.ts'
import { csv, found, inconsistencies, row, take } from '../testing.ts'
import { everything, turn } from './testing.ts'

const first = csv([
  row({ order: '536365', customer: '17850', code: 'A1' }),
  row({ order: '536365', customer: '17850', code: 'A2', qty: 3 }),
  row({ order: '536366', customer: '13047', code: 'A1', qty: 1 }),
  row({ order: '536367', customer: '', code: 'A3' }),
])
// Touches one of them, gives the anonymous one a customer, brings a new one.
const second = csv([
  row({ order: '536366', customer: '13047', code: 'A1', qty: 5 }),
  row({ order: '536367', customer: '99999', code: 'A3' }),
  row({ order: '536370', customer: '17850', code: 'A4', at: '2011-03-01 10:00:00', country: 'France' }),
])

let h: TestHouse
const idOf = (took: { import_id: number | null }) => took.import_id!
before(async () => {
  h = await testHouse(modules)
  await found(h)
})
after(() => h.close())
const clean = async () => assert.deepEqual(await inconsistencies(h), [])

describe('an import that is undone', () => {
  it('leaves every table as it was before, and is brought back exactly', async () => {
    const empty = await everything(h)
    const id = idOf(await take(h, first))
    const full = await everything(h)
    const report = await turn(h, id)
    assert.deepEqual(report.order, { removed: 3, created: 0, changed: 0, left: 0 })
    assert.deepEqual(report.party, { removed: 2, created: 0, changed: 0, left: 0 })
    assert.equal(report.lines, 4)
    assert.deepEqual(await everything(h), empty)
    await clean()
    const again = await turn(h, id, 'redo')
    assert.deepEqual(again.order, { removed: 0, created: 3, changed: 0, left: 0 })
    assert.deepEqual(await everything(h), full)
    await clean()
    await turn(h, id)
    assert.deepEqual(await everything(h), empty)
  })

  it('on top of another gives back what that one had left, to the last line and customer; both in turn leave nothing', async () => {
    const empty = await everything(h)
    const a = idOf(await take(h, first))
    const one = await everything(h)
    const b = idOf(await take(h, second))
    const both = await everything(h)
    await turn(h, b)
    assert.deepEqual(await everything(h), one)
    await clean()
    await turn(h, b, 'redo')
    assert.deepEqual(await everything(h), both)
    await clean()
    await turn(h, b)
    const last = await turn(h, a)
    assert.equal(last.order.left + last.party.left + last.product.left, 0)
    assert.deepEqual(await everything(h), empty)
    await turn(h, a, 'redo')
    await turn(h, b, 'redo')
    assert.deepEqual(await everything(h), both)
    await turn(h, b)
    await turn(h, a)
    assert.deepEqual(await everything(h), empty)
  })

  it('below another keeps what that one touched; undoing that, and then the rest, leaves nothing', async () => {
    const empty = await everything(h)
    const a = idOf(await take(h, first))
    const b = idOf(await take(h, second))
    const report = await turn(h, a)
    // 536365 goes; 536366 and 536367 were touched, so their products and customer stay, and so does 17850 with 536370.
    assert.deepEqual(report.order, { removed: 1, created: 0, changed: 0, left: 2 })
    assert.deepEqual(report.party, { removed: 0, created: 0, changed: 0, left: 2 })
    assert.deepEqual(report.product, { removed: 1, created: 0, changed: 0, left: 2 })
    await clean()
    await turn(h, b)
    await clean()
    const rest = await turn(h, a)
    assert.equal(rest.order.removed, 2)
    assert.deepEqual(await everything(h), empty)
    await clean()
  })
})
