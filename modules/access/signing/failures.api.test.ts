import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessHouse, codeOf, ROOT } from '../testing.ts'

let house: Awaited<ReturnType<typeof accessHouse>>
before(async () => {
  house = await accessHouse()
})
after(() => house.close())

const SECRET = 'not it at all'
const wrong = (email: string) => codeOf(house.browser().access.signIn({ body: { email, password: SECRET } }))
type Row = { subject_id: number; payload: { login: string; network: string } }
const recorded = async (): Promise<Row[]> =>
  (
    await house.house.pool.query<Row>(
      "select subject_id, payload from audit where action = 'access.sign_in_failed' order by at, audit_id",
    )
  ).rows

test('a failed sign-in is on the record without the password and without the name that was tried', async () => {
  await wrong(ROOT)
  await wrong('nobody@example.com')
  await wrong('nobody@example.com')
  const rows = await recorded()
  assert.deepEqual([rows.length, rows[0]!.subject_id > 0, rows[1]!.subject_id], [3, true, 0])
  assert.equal(rows[1]!.payload.login, rows[2]!.payload.login)
  assert.notEqual(rows[0]!.payload.login, rows[1]!.payload.login)
  const dump = await house.house.pool.query(
    'select a::text as row from audit a union all select o::text from outbox o',
  )
  assert.ok(dump.rows.every(({ row }) => !row.includes(SECRET) && !row.includes('nobody@example.com')))
})

test('nobody floods the audit with them: what comes beyond sixty in a minute is only counted', async () => {
  house.forward(16 * 60_000)
  await house.house.pool.query(
    `insert into audit (audit_id, at, actor_kind, actor_id, request_id, action, subject, subject_id, digest, salt, payload)
     select 9000000 + g, $1, 'system', 0, 'flood', 'access.sign_in_failed', 'user', 0, '\\x00', '\\x00', '{}' from generate_series(1, 60) g`,
    [house.house.clock()],
  )
  const before = (await recorded()).length
  assert.equal(await wrong('other@example.com'), 'access.wrong_password')
  assert.equal((await recorded()).length, before)
  house.forward(2 * 60_000)
  await wrong('other@example.com')
  assert.equal((await recorded()).length, before + 1)
})
