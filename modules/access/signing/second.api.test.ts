import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { systemCtx } from '../../../kernel/ctx.ts'
import { cliActor, resetSecond } from '../cli.ts'
import { module } from '../module.ts'
import { accessHouse, codeOf, PASSWORD, refused } from '../testing.ts'
import { codeAt, STEP_S, stepOf } from './totp.ts'

let house: Awaited<ReturnType<typeof accessHouse>>
let headquarters: number
before(async () => {
  house = await accessHouse()
  headquarters = (await house.root.access.units()).items[0]!.unit_id
})
after(() => house.close())
// No test begins within the step in which another ended.
beforeEach(() => house.forward(20 * 60_000))

const fromBase32 = (text: string) => {
  const bits = [...text].map((c) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0'),
  )
  const whole = bits.join('').match(/.{8}/g) ?? []
  return Buffer.from(whole.map((byte) => Number.parseInt(byte, 2)))
}
const now = () => house.house.clock()
const codeNow = (secret: Buffer, off = 0) => codeAt(secret, stepOf(now()) + off)

let people = 0
async function enrolled(role = 'marketer') {
  const email = `two${++people}@example.com`
  const one = await house.person(email, role, headquarters)
  const begun = await one.access.startSecondFactor({ body: { password: PASSWORD } })
  const secret = fromBase32(begun.secret)
  const { recovery_codes } = await one.access.confirmSecondFactor({ body: { code: codeNow(secret) } })
  const signIn = (code?: string) =>
    house.browser().access.signIn({ body: { email, password: PASSWORD, ...(code ? { code } : {}) } })
  return { ...one, one, email, secret, recovery_codes, signIn }
}

test('once on, the password alone no longer lets in; a code does, and no code twice', async () => {
  const { secret, signIn } = await enrolled()
  assert.equal(await codeOf(signIn()), 'access.code_needed')
  // The code that switched it on is used up.
  assert.equal(await codeOf(signIn(codeNow(secret))), 'access.code_wrong')
  house.forward(STEP_S * 1000)
  const code = codeNow(secret)
  assert.equal((await signIn(code)).user.role, 'marketer')
  assert.equal(await codeOf(signIn(code)), 'access.code_wrong')
})

test('of many at once with the same code one comes in', async () => {
  const { secret, signIn } = await enrolled()
  house.forward(STEP_S * 1000)
  const code = codeNow(secret)
  const all = await Promise.allSettled(Array.from({ length: 4 }, () => signIn(code)))
  assert.equal(all.filter(({ status }) => status === 'fulfilled').length, 1)
})

test('a recovery code lets in once, however it is typed; only hashes are kept', async () => {
  const { recovery_codes, signIn, one } = await enrolled()
  assert.equal(recovery_codes.length, 10)
  const [first = '', second = ''] = recovery_codes
  await signIn(first)
  assert.equal(await codeOf(signIn(first)), 'access.code_wrong')
  await signIn(second.toUpperCase().replaceAll('-', ' '))
  assert.equal((await one.access.secondFactor()).recovery_codes, 8)
  const { rows } = await house.house.pool.query(
    "select string_agg(encode(hash, 'escape'), '') as kept from recovery_code",
  )
  assert.ok(recovery_codes.every((code) => !String(rows[0].kept).includes(code.replaceAll('-', ''))))
  const renewed = await one.access.recoveryCodes({ body: { password: PASSWORD } })
  assert.equal(await codeOf(signIn(recovery_codes[2])), 'access.code_wrong')
  await signIn(renewed.recovery_codes[0])
})

test('wrong codes are slowed down per person, from whatever network, and are on record', async () => {
  const { secret, signIn, user_id } = await enrolled()
  for (let i = 0; i < 5; i++) assert.equal(await codeOf(signIn('000000')), 'access.code_wrong')
  const slow = await refused(signIn('000000'))
  assert.equal(slow.code, 'access.throttled')
  assert.equal(slow.status, 429)
  // Not even the right one, until the wait is over.
  house.forward(5000)
  assert.equal(await codeOf(signIn(codeNow(secret, 1))), 'access.throttled')
  house.forward(60_000)
  await signIn(codeNow(secret))
  const seen = await house.root.access.signIns({ params: { id: user_id } })
  assert.ok(seen.failed >= 5)
})

test('the secret is not in the database in the clear, and a stolen session cannot replace or end it', async () => {
  const { secret, one } = await enrolled()
  const { rows } = await house.house.pool.query<{ secret: Buffer }>('select secret from second_factor')
  assert.ok(rows.every((row) => !row.secret.includes(secret)))
  assert.equal(
    await codeOf(one.access.startSecondFactor({ body: { password: 'guess guess guess' } })),
    'access.wrong_password',
  )
  assert.equal(
    await codeOf(one.access.startSecondFactor({ body: { password: PASSWORD } })),
    'access.second_on',
  )
  assert.equal(
    await codeOf(one.access.endSecondFactor({ body: { password: 'guess guess guess' } })),
    'access.wrong_password',
  )
  await one.access.endSecondFactor({ body: { password: PASSWORD } })
  assert.equal((await one.access.secondFactor()).on, false)
})

test('where a role asks for it, nothing is permitted until it is set up, from the next request on', async () => {
  const { access } = house.root
  const made = await access.createRole({
    body: { code: 'careful', name_zh: '谨慎', name_en: 'Careful', grants: { 'units:read': 'all' } },
  })
  const one = await house.person('careful@example.com', 'careful', headquarters)
  assert.equal((await one.access.units()).items.length > 0, true)
  await access.patchRole({ params: { id: made.role_id }, body: { second_factor: true } })
  assert.equal(await codeOf(one.access.units()), 'kernel.not_allowed')
  const view = await one.access.session()
  assert.equal(view.must_enrol, true)
  assert.deepEqual(view.permissions, {})
  const begun = await one.access.startSecondFactor({ body: { password: PASSWORD } })
  assert.equal(await codeOf(one.access.units()), 'kernel.not_allowed')
  await one.access.confirmSecondFactor({ body: { code: codeNow(fromBase32(begun.secret)) } })
  assert.equal((await one.access.units()).items.length > 0, true)
  assert.equal(
    await codeOf(one.access.endSecondFactor({ body: { password: PASSWORD } })),
    'access.second_required',
  )
})

test('asked of all, it is asked of the administrator too, who can still set it up', async () => {
  const { access } = house.root
  await access.patchSettings({ body: { second_factor: 'all' } })
  assert.equal(await codeOf(access.settings()), 'kernel.not_allowed')
  const begun = await access.startSecondFactor({ body: { password: PASSWORD } })
  await access.confirmSecondFactor({ body: { code: codeNow(fromBase32(begun.secret)) } })
  assert.equal((await access.settings()).second_factor, 'all')
  await access.patchSettings({ body: { second_factor: 'roles' } })
})

test('an administrator resets it for who lost the device, and the command line for the administrator', async () => {
  const { email, user_id, signIn, one } = await enrolled()
  await house.root.access.resetSecondFactor({ params: { id: user_id } })
  assert.equal(await codeOf(one.access.session()), 'kernel.sign_in')
  await signIn()
  const again = await enrolled('administrator')
  assert.equal(await codeOf(again.signIn()), 'access.code_needed')
  const ctx = systemCtx(house.house, { who: await cliActor(house.house, [module]) })
  await resetSecond(ctx, { email: again.email })
  await again.signIn()
  assert.ok(email)
})

test('a link for a new password does not get around it', async () => {
  const { user_id, secret } = await enrolled()
  const { token } = await house.root.access.invite({ params: { id: user_id } })
  const visitor = house.browser().access
  const body = { token, password: 'quite another sentence' }
  assert.equal(await codeOf(visitor.acceptInvitation({ body })), 'access.code_needed')
  house.forward(STEP_S * 1000)
  await visitor.acceptInvitation({ body: { ...body, code: codeNow(secret) } })
})
