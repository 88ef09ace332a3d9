import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { unaudited } from '../../kernel/ctx.ts'
import { type TestHouse, testHouse } from '../../kernel/testing.ts'
import { startWorker, type Worker } from '../../kernel/worker.ts'
import { modules } from '../index.ts'
import { eventually } from '../orders/testing.ts'
import { parties } from '../parties/contract.ts'
import { company, director, east, refusal, south } from '../parties/testing.ts'
import { identity } from './contract.ts'
import { listen } from './jobs.ts'

let h: TestHouse
let worker: Worker
before(async () => {
  h = await testHouse(modules)
  await company(h)
  worker = await startWorker(h.house, modules, () => h.ctx())
})
after(async () => {
  await worker.stop()
  await h.close()
})
const people = (who = director) => h.as(who).api(parties)
const one = (who = director) => h.as(who).api(identity)
type Kind = 'email' | 'phone' | 'address' | 'wechat_unionid'
const contact = (kind: Kind, value: string) => ({ kind, value })
const make = (name: string, contacts: ReturnType<typeof contact>[] = [], over: object = {}) =>
  people().create({
    body: { kind: 'person', name, unit_id: 21, owner_id: 101, contact_points: contacts, ...over },
  })
const check = (name: string, contacts: ReturnType<typeof contact>[] = [], who = director, kind = 'person') =>
  one(who).check({ body: { kind: kind as 'person', name, contact_points: contacts } })

test('whoever was made a moment ago is told while their double is typed, with why and how sure', async () => {
  const a = await make('赵敏', [contact('phone', '13812340001'), contact('email', 'zhao.min@gmail.com')])
  const by = async (name: string, contacts: ReturnType<typeof contact>[]) =>
    (await check(name, contacts)).candidates.find(({ party }) => party.id === a.id)
  const phone = await by('趙敏', [contact('phone', '0086 138 1234 0001')])
  assert.equal(phone?.band, 'certain')
  assert.deepEqual(phone.reasons.map(({ kind }) => kind).sort(), ['name_script', 'phone'])
  const mail = await by('Zhao Min', [contact('email', 'ZhaoMin+news@googlemail.com')])
  assert.deepEqual(mail?.reasons.map(({ kind }) => kind).sort(), ['email_variant', 'name_pinyin'])
  assert.equal((await by('Min Zhao', []))?.band, 'possible')
  assert.equal(await by('钱敏', []), undefined)
  await people().remove({ params: { id: a.id } })
  assert.equal(await by('赵敏', [contact('phone', '13812340001')]), undefined)
})

test('a slip in the name is found with an address, a company without its form', async () => {
  const a = await make('Jonathan Smith', [contact('address', '12 High Street, Leeds')])
  const { candidates } = await check('Jonathan Smyth', [contact('address', '12 High St Leeds')])
  assert.equal(candidates[0]?.party.id, a.id)
  assert.deepEqual(candidates[0].reasons.map(({ kind }) => kind).sort(), ['address', 'name_close'])
  const firm = await make('华东机电有限公司', [], { kind: 'organisation' })
  const found = await check('華東機電有限责任公司', [], director, 'organisation')
  assert.equal(found.candidates[0]?.party.id, firm.id)
})

test('out of scope only the unit is told, and not even that where the company says so; a mask tells nothing', async () => {
  const far = await make('孙尚香', [contact('phone', '13812340077')], { unit_id: 31, owner_id: 103 })
  const asked = () => check('孙尚香', [contact('phone', '13812340077')], east)
  const told = await asked()
  assert.deepEqual(told.candidates, [])
  assert.deepEqual(told.elsewhere, [{ unit: 'Canton', band: 'certain' }])
  assert.ok(!JSON.stringify(told).includes(String(far.id)))
  await one().setHints({ body: { elsewhere_hints: false } })
  assert.deepEqual((await asked()).elsewhere, [])
  await one().setHints({ body: { elsewhere_hints: true } })
  // Who may not see phones must not learn whose a number is.
  const veiled = { ...director, masks: ['phone'] }
  assert.deepEqual(await check('谁', [contact('phone', '13812340077')], veiled), {
    candidates: [],
    elsewhere: [],
  })
})

test('the scan finds what nobody typed; no is remembered, later waits, and both must be in reach', async () => {
  const phone = contact('phone', '13812340099')
  const [a, b] = [await make('周瑜', [phone]), await make('周 瑜', [phone])]
  const far = await make('周瑜', [phone], { unit_id: 31, owner_id: 103 })
  const { run_id } = await one().scan()
  await eventually(async () => {
    const { rows } = await h.house.pool.query('select state from job_run where run_id = $1', [run_id])
    assert.equal(rows[0].state, 'done')
  })
  const pairs = async (who = director, query: object = {}) => {
    const { items } = await one(who).pairs({ query: { limit: 200, ...query } })
    return items.filter((pair) => pair.reasons.some(({ mine }) => mine.includes('13812340099')))
  }
  assert.equal((await pairs()).length, 3)
  const mine = await pairs(east)
  assert.deepEqual([mine.length, mine[0]!.a.id, mine[0]!.b.id, mine[0]!.band], [1, a.id, b.id, 'certain'])
  assert.equal((await pairs(south)).length, 0)
  assert.equal((await pairs({ ...east, id: 101 }, { owner: 'me' })).length, 1)
  const veiled = { ...director, masks: ['phone'] }
  assert.doesNotMatch(JSON.stringify(await one(veiled).pairs({ query: {} })), /13812340099/)
  const decide = (decision: 'not_same' | 'later' | 'open', who = director) =>
    one(who).decide({ body: { a: b.id, b: a.id, decision } })
  assert.equal((await refusal(decide('not_same', south))).status, 404)
  await decide('later')
  assert.equal((await pairs(east)).length, 0)
  assert.equal((await pairs(east, { state: 'later' })).length, 1)
  await decide('not_same')
  const again = await one().scan()
  await eventually(async () => {
    const { rows } = await h.house.pool.query('select state from job_run where run_id = $1', [again.run_id])
    assert.equal(rows[0].state, 'done')
  })
  assert.equal((await pairs(east)).length, 0)
  const state = await one().state()
  assert.ok(state.scanned_at !== null && state.open.certain >= 2)
  await one().merge({ params: { id: a.id }, body: { other: far.id } })
  assert.equal(
    (await pairs()).some(({ a: x, b: y }) => x.id === far.id || y.id === far.id),
    false,
  )
})

test('a pair that was judged when little spoke for it comes up again when it is certain', async () => {
  const phone = contact('phone', '13812340055')
  const [a, b] = [await make('诸葛明', [phone]), await make('司马懿', [phone])]
  const heard = () =>
    h.house.pool.query(`update identity_progress set paired_at = now() - interval '10 minutes'`)
  const job = async () => {
    await heard()
    const ctx = h.ctx()
    await unaudited(ctx, 'a job of a test', (ctx) => listen.run(ctx, {}, null))
  }
  const state = async () => {
    const { rows } = await h.house.pool.query<{ state: string; band: string }>(
      'select state, band from identity_pair where party_id = $1 and other_id = $2',
      [a.id, b.id],
    )
    return rows[0]
  }
  await job()
  assert.deepEqual(await state(), { state: 'open', band: 'possible' })
  await one().decide({ body: { a: a.id, b: b.id, decision: 'not_same' } })
  await job()
  assert.equal((await state())?.state, 'not_same')
  await people().addContact({ params: { id: a.id }, body: contact('wechat_unionid', 'oUnion-55') })
  await people().addContact({ params: { id: b.id }, body: contact('wechat_unionid', 'oUnion-55') })
  await job()
  assert.deepEqual(await state(), { state: 'open', band: 'certain' })
})
