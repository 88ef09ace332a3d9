import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ApiError } from '../../kernel/client.ts'
import { type Played, type TestHouse, testHouse } from '../../kernel/testing.ts'
import { access } from '../access/contract.ts'
import { backups } from '../backups/contract.ts'
import { modules } from '../index.ts'
import { orders } from '../orders/contract.ts'
import { codeOf, company, director, refusal } from '../parties/testing.ts'
import { audit } from './contract.ts'

// The undo of what the house itself is: its users, roles, units, settings and rates.
let h: TestHouse
let keeper: number
before(async () => {
  h = await testHouse(modules)
  await company(h)
  const made = await house().createRole({
    body: { code: 'keeper', name_zh: '客户经理', name_en: 'Keeper', grants: { 'parties:read': 'own' } },
  })
  keeper = made.role_id
})
after(() => h.close())

const house = (who: Played = director) => h.as(who).api(access)
const log = (who: Played = director) => h.as(who).api(audit)
const latest = async (action: string) => (await log().list({ query: { action, limit: 1 } })).items[0]!
const undo = (audit_id: number, who: Played = director) => log(who).undo({ params: { id: audit_id } })

test('a user’s role and unit come back, told by the role’s name; and the undo itself can be undone', async () => {
  await house().patchUser({ params: { id: 103 }, body: { role: 'keeper', unit_id: 21 } })
  const change = await latest('access.user_changed')
  assert.deepEqual(
    change.changes.map(({ field, was, became }) => [
      field,
      (was as { name: string }).name,
      (became as { name: string }).name,
    ]),
    [
      ['role_id', 'Seller', 'Keeper'],
      ['unit_id', 'Canton', 'Suzhou'],
    ],
  )
  const { undo: offered } = await log().get({ params: { id: change.audit_id } })
  assert.deepEqual([offered.possible, typeof offered.version], [true, 'number'])
  const stale = log().undo({ params: { id: change.audit_id }, if_match: String(offered.version! - 1) })
  assert.equal((await refusal(stale)).status, 412)
  await undo(change.audit_id)
  const { role, unit_id } = await house().user({ params: { id: 103 } })
  assert.deepEqual([role, unit_id], ['seller', 31])
  const again = await log().get({ params: { id: change.audit_id } })
  assert.deepEqual([again.undo.possible, again.undo.depends.length], [false, 1])
  assert.equal(await codeOf(undo(change.audit_id)), 'parties.changed_since')
  await undo((await latest('access.user_changed')).audit_id)
  assert.equal((await house().user({ params: { id: 103 } })).role, 'keeper')
})

test('what it would go back to must still be there, and allowed to whoever asks', async () => {
  await house().patchUser({ params: { id: 101 }, body: { unit_id: 31 } })
  const moved = await latest('access.user_changed')
  const narrow: Played = {
    ...director,
    grants: { 'users:write': 'team', 'audit:read': 'all' },
    team_units: [2],
  }
  assert.equal((await refusal(undo(moved.audit_id, narrow))).code, 'audit.undo_gone')
  const reader = { ...director, grants: { 'audit:read': 'all' } } as const
  const no = await log(reader).get({ params: { id: moved.audit_id } })
  assert.match(no.undo.why!, /Add, change and deactivate users/)
  const refused = await undo(moved.audit_id, reader).catch((error: ApiError) => error.problem)
  assert.deepEqual(
    [(refused as ApiError['problem']).code, (refused as ApiError['problem']).detail],
    ['kernel.not_allowed', 'Your role does not allow this (Add, change and deactivate users)'],
  )
  await house().patchRole({ params: { id: keeper }, body: { grants: { 'parties:read': 'team' } } })
  const role = await latest('access.role_changed')
  const weak = { ...director, grants: { 'roles:write': 'all', 'audit:read': 'all' } } as const
  await undo(role.audit_id, weak)
  assert.deepEqual((await house().role({ params: { id: keeper } })).grants, { 'parties:read': 'own' })
  await undo((await latest('access.role_changed')).audit_id)
  await house().patchRole({ params: { id: keeper }, body: { grants: {} } })
  assert.equal(await codeOf(undo((await latest('access.role_changed')).audit_id, weak)), 'access.beyond_own')
})

test('units, settings of the company and of backups go back; each by its own permission', async () => {
  await house().patchUnit({ params: { id: 3 }, body: { name: 'North' } })
  await undo((await latest('access.unit_changed')).audit_id)
  assert.ok((await house().units()).items.some(({ name }) => name === 'South'))
  await house().patchSettings({ body: { company_name: 'A', time_zone: 'Asia/Shanghai' } })
  await house().patchSettings({ body: { company_name: 'B' } })
  await undo((await latest('access.settings_changed')).audit_id)
  assert.deepEqual(
    [(await house().settings()).company_name, (await house().settings()).time_zone],
    ['A', 'Asia/Shanghai'],
  )
  const keep = h.as(director).api(backups)
  await keep.change({ body: { hour: 5, keep_daily: 3 } })
  const set = await latest('backups.settings_changed')
  assert.equal(
    await codeOf(undo(set.audit_id, { ...director, grants: { 'settings:write': 'all' } })),
    'kernel.not_allowed',
  )
  await undo(set.audit_id)
  const { hour, keep_daily } = await keep.settings()
  assert.deepEqual([hour, keep_daily], [2, 7])
})

test('a rate goes back to the one before; a first one has none, and another currency is no later change', async () => {
  const rates = h.as(director).api(orders)
  const set = (currency: string, rate: number) =>
    rates.setRate({ body: { currency, day: '2024-01-01', rate } })
  await set('USD', 7)
  const first = await latest('orders.rate_set')
  assert.equal(await codeOf(undo(first.audit_id)), 'audit.undo_first_rate')
  await set('USD', 8)
  const second = await latest('orders.rate_set')
  await set('EUR', 9)
  const { undo: blocked } = await log().get({ params: { id: first.audit_id } })
  assert.deepEqual(
    blocked.depends.map(({ audit_id }) => audit_id),
    [second.audit_id],
  )
  await undo(second.audit_id)
  const { items } = await rates.rates({ query: { currency: 'USD' } })
  assert.equal(items[0]!.rate, 7)
})
