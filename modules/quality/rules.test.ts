import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  bitOf,
  builtIn,
  cannotBeMail,
  cannotBePhone,
  dayText,
  type Facts,
  looksLikeTest,
  type Rule,
  startingRules,
  verdict,
} from './rules.ts'

const DAY = 20_000
const at = (day: number) => `${dayText(day)}T12:00:00.000Z`
const facts = (over: Partial<Facts> = {}): Facts => ({
  party_id: 1,
  version: 1,
  unit_id: 1,
  owner_id: 7,
  kind: 'person',
  name: '陈建国',
  country: 'CN',
  language: null,
  channel_preference: null,
  note: false,
  tags: [],
  roles: ['customer'],
  fields: {},
  created_at: at(DAY - 10),
  updated_at: at(DAY - 10),
  last_order_at: '-infinity',
  duplicate: false,
  sample: false,
  contacts: [contact('phone', '+8613912340000')],
  ...over,
})
const contact = (kind: string, value_key: string, over = {}): Facts['contacts'][number] => ({
  id: 5,
  kind,
  value_key,
  known_at: at(DAY - 10),
  mark: null,
  ...over,
})
const own = (over: Partial<Rule>): Rule => ({ ...startingRules[0]!, code: 'own_1', weight: 10, ...over })
const codes = (given: Partial<Facts>, rules: readonly Rule[] = startingRules) =>
  verdict(facts(given), rules, DAY).reasons.map(({ code }) => code)

test('data without fault score 100, and what no check looks at scores nothing, which is not 0', () => {
  assert.deepEqual(codes({}), [])
  assert.equal(verdict(facts(), startingRules, DAY).score, 100)
  assert.equal(verdict(facts(), [], DAY).score, null)
  assert.equal(verdict(facts(), [own({ kinds: ['organisation'], required: ['country'] })], DAY).score, null)
})

test('each fault is told by its reason, and only where it applies', () => {
  assert.deepEqual(codes({ contacts: [] }), ['no_contact'])
  assert.deepEqual(codes({ owner_id: null }), ['no_owner'])
  assert.deepEqual(codes({ roles: [] }), ['no_role'])
  assert.deepEqual(codes({ country: null, contacts: [contact('address', '苏州')] }), ['address_no_country'])
  assert.deepEqual(codes({ country: null }), [])
  assert.deepEqual(codes({ name: 'Test 2' }), ['test_name'])
  assert.deepEqual(codes({ duplicate: true }), ['duplicate'])
  const reserved = [contact('phone', '+8613912340000'), contact('email', 'a@shop.example')]
  assert.deepEqual(codes({ contacts: reserved }), ['bad_email'])
  // Of the sample company such an address is right, a mistyped one is not.
  assert.deepEqual(codes({ contacts: reserved, sample: true }), [])
  assert.deepEqual(codes({ contacts: [contact('email', 'a@gmial.example')], sample: true }), ['bad_email'])
  const bounced = contact('email', 'a@b.cn', { mark: 'bounced' })
  assert.deepEqual(codes({ contacts: [bounced] }), ['no_contact', 'email_bounced'])
  const wrong = contact('phone', '+8613912340000', { mark: 'wrong' })
  assert.deepEqual(codes({ contacts: [wrong, contact('email', 'a@b.cn')] }), ['contact_wrong'])
})

test('a phone is unverified from its day on, counted from its verification or else from its entry', () => {
  const phone = (verified: number | null) =>
    contact('phone', '+8613912340000', { known_at: at(DAY - (verified ?? 900)) })
  const [reason] = verdict(facts({ contacts: [phone(400)] }), startingRules, DAY).reasons
  assert.deepEqual([reason?.code, reason?.days, reason?.contact_point_id], ['phone_unverified', 400, 5])
  assert.deepEqual(codes({ contacts: [phone(365)] }), ['phone_unverified'])
  assert.deepEqual(codes({ contacts: [phone(364)] }), [])
  assert.equal(verdict(facts({ contacts: [phone(364)] }), startingRules, DAY).due, DAY + 1)
  assert.equal(verdict(facts({ contacts: [phone(null)] }), startingRules, DAY).reasons[0]?.days, 900)
  assert.deepEqual(codes({ contacts: [phone(400), phone(3)] }), [], 'one that was verified lately is enough')
})

test('an own rule asks for fields of a market role, custom fields too, or says which data are bad', () => {
  const needs = own({ roles: ['supplier'], required: ['country', 'fields.tax_number'] })
  assert.deepEqual(codes({ country: null }, [needs]), [])
  const [reason] = verdict(facts({ roles: ['supplier'], country: null }), [needs], DAY).reasons
  assert.deepEqual(reason?.fields, ['country', 'fields.tax_number'])
  assert.deepEqual(codes({ roles: ['supplier'], fields: { tax_number: '91' } }, [needs]), [])
  const silent = own({ when: [{ field: 'last_order', op: 'older_than', days: 30 }] })
  assert.deepEqual(codes({ last_order_at: at(DAY - 30) }, [silent]), ['own_1'])
  assert.deepEqual(codes({ last_order_at: at(DAY - 29) }, [silent]), [])
  assert.equal(verdict(facts({ last_order_at: at(DAY - 29) }), [silent], DAY).due, DAY + 1)
  assert.deepEqual(codes({}, [silent]), [], 'who never ordered has no last order that is old')
  const both = own({
    when: [
      { field: 'tags', op: 'is', value: 'VIP' },
      { field: 'email', op: 'empty' },
    ],
  })
  assert.deepEqual(codes({ tags: ['vip'] }, [both]), ['own_1'])
  assert.deepEqual(codes({ tags: ['other'] }, [both]), [])
})

test('names, addresses and numbers that cannot be are told from those that can', () => {
  for (const name of ['test', 'Test 2', '测试', '测试客户', 'asdf', '???', '12', 'n/a', '张三'])
    assert.ok(looksLikeTest(name), name)
  for (const name of [
    '陈建国',
    'Testa Rossa Ltd',
    '李四光',
    'Tester & Sons',
    '3M',
    'ABC',
    '测试仪器有限公司',
    'Ann',
  ])
    assert.ok(!looksLikeTest(name), name)
  for (const mail of ['a@example.com', 'a@gmial.com', 'a@x.invalid', 'a@mail.con', 'a@1.2.3.4', 'a@12.com'])
    assert.ok(cannotBeMail(mail), mail)
  for (const mail of ['a@qq.com', 'a@163.com', 'a@mail.example.de', 'b@gmail.com', 'c@company.cn'])
    assert.ok(!cannotBeMail(mail), mail)
  for (const phone of ['+8613800000000', '+861234', '+4412345678']) assert.ok(cannotBePhone(phone), phone)
  for (const phone of ['+8613912340000', '+442079460018', '+8651262518888;ext=12'])
    assert.ok(!cannotBePhone(phone), phone)
})

test('the score is the share by weight of the checks that apply and hold, and its parts are the same of their own', () => {
  const some = fc.record({
    owner_id: fc.constantFrom(null, 7),
    roles: fc.subarray(['customer', 'supplier']),
    country: fc.constantFrom(null, 'CN'),
    name: fc.constantFrom('陈建国', 'test'),
    duplicate: fc.boolean(),
    contacts: fc.array(
      fc
        .tuple(
          fc.constantFrom('phone', 'email', 'address', 'web'),
          fc.constantFrom(null, 'wrong' as const, 'bounced' as const),
          fc.integer({ min: 0, max: 900 }),
        )
        .map(([kind, mark, age]) => contact(kind, 'a@b.cn', { mark, known_at: at(DAY - age) })),
      { maxLength: 4 },
    ),
  })
  const rules = fc.array(fc.tuple(fc.nat({ max: builtIn.length - 1 }), fc.integer({ min: 1, max: 100 })), {
    maxLength: 14,
  })
  fc.assert(
    fc.property(some, rules, (given, chosen) => {
      const weights = new Map(chosen)
      const asked = startingRules
        .filter(({ code }) => weights.has(builtIn.indexOf(code as (typeof builtIn)[number])))
        .map((rule) => ({ ...rule, weight: weights.get(bitOf(rule.code))! }))
      const said = verdict(facts(given), asked, DAY)
      const lost = said.reasons.reduce((sum, { weight }) => sum + weight, 0)
      // What applies is what is broken by some day or could be: found by asking each rule alone.
      const applying = asked
        .filter((rule) => verdict(facts(given), [rule], DAY).score !== null)
        .reduce((sum, { weight }) => sum + weight, 0)
      assert.equal(said.score, applying === 0 ? null : Math.round(100 * (1 - lost / applying)))
      assert.equal(
        said.bits,
        said.reasons.reduce((sum, { code }) => sum + 2 ** bitOf(code), 0),
      )
      // Time alone changes nothing before the day that is said.
      if (said.due !== null && said.due > DAY)
        assert.deepEqual(
          verdict(facts(given), asked, said.due - 1).reasons.map(({ code }) => code),
          said.reasons.map(({ code }) => code),
        )
    }),
  )
})
