import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { accessHouse, codeOf, PASSWORD } from '../testing.ts'

let house: Awaited<ReturnType<typeof accessHouse>>
let headquarters: number
before(async () => {
  house = await accessHouse()
  headquarters = (await house.root.access.units()).items[0]!.unit_id
})
after(() => house.close())

test('an administrator sees the sessions and the failed sign-ins of a user, and ends the sessions', async () => {
  const { access } = house.root
  const one = await house.person('seller@example.com', 'relationship_manager', headquarters)
  const params = { id: one.user_id }
  const stranger = house.browser()
  assert.equal(await codeOf(stranger.signIn('seller@example.com', 'not this one')), 'access.wrong_password')
  const seen = await access.signIns({ params })
  assert.equal(seen.sessions.length, 1)
  assert.equal(seen.failed, 1)
  assert.equal(seen.failures[0]!.network, '127.0.0.1')
  assert.deepEqual(await access.endUserSessions({ params }), { ended: 1 })
  assert.equal(await codeOf(one.access.session()), 'kernel.sign_in')
  await one.signIn('seller@example.com', PASSWORD)
})

test('who may not change users sees neither', async () => {
  const director = await house.person('director@example.com', 'director', headquarters)
  const params = { id: director.user_id }
  assert.equal(await codeOf(director.access.signIns({ params })), 'kernel.not_allowed')
  assert.equal(await codeOf(director.access.endUserSessions({ params })), 'kernel.not_allowed')
})

test('users are found by state, and their language is changed for them', async () => {
  const { access } = house.root
  const made = await access.createUser({
    body: { email: 'later@example.com', name: '后来', role: 'marketer', unit_id: headquarters },
  })
  const invited = await access.users({ query: { state: 'invited' } })
  assert.deepEqual(
    invited.items.map((one) => one.user_id),
    [made.user_id],
  )
  const params = { id: made.user_id }
  const changed = await access.patchUser({ params, body: { locale: 'en' }, if_match: `"${made.version}"` })
  assert.equal(changed.locale, 'en')
  assert.equal(
    await codeOf(access.patchUser({ params, body: { name: '晚了' }, if_match: `"${made.version}"` })),
    'kernel.version_changed',
  )
  await access.patchUser({ params, body: { active: false } })
  assert.equal((await access.users({ query: { state: 'invited' } })).items.length, 0)
  assert.ok((await access.users({ query: { state: 'inactive' } })).items.some((u) => u.name === '后来'))
})
