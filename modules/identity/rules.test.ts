import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ContactKind } from '../parties/contract.ts'
import { contactKey } from '../parties/names/contacts.ts'
import { compareNames, editDistance, lettersOf, nameForms, nearLetters } from './rules.names.ts'
import { bandOf, compare, keyTexts, line, mailbox, place, prepared, probability, rarer } from './rules.ts'

const two = () => 2
type Given = Partial<Record<ContactKind, string>>
const party = (name: string, given: Given = {}, kind: 'person' | 'organisation' = 'person') =>
  prepared({
    party_id: 1,
    kind,
    name,
    country: null,
    contacts: Object.entries(given).map(([kind, value]) => ({
      kind: kind as ContactKind,
      value,
      value_key: contactKey(kind as ContactKind, value, 'CN')!,
    })),
  })
const sure = (a: ReturnType<typeof party>, b: ReturnType<typeof party>, frequency = two) => {
  const evidence = compare(a, b, frequency)
  return { band: bandOf(probability(evidence)), kinds: evidence.map(({ kind }) => kind) }
}

test('names: scripts, forms, order, pinyin, slips; and what is another name', () => {
  const kind = (a: string, b: string, of: 'person' | 'organisation' = 'person') =>
    compareNames(nameForms(a, of), nameForms(b, of))?.kind ?? null
  assert.equal(kind('王伟', '王伟 '), 'name')
  assert.equal(kind('陳麗華', '陈丽华'), 'name_script')
  assert.equal(kind('张三丰', '张三风'), 'name_pinyin')
  assert.equal(kind('李娜', 'Li Na'), 'name_pinyin')
  assert.equal(kind('王小明', 'Xiaoming Wang'), 'name_pinyin')
  assert.equal(kind('单雄信', 'Dan Xiongxin'), 'name_pinyin')
  assert.equal(kind('吕布', 'Lu Bu'), 'name_pinyin')
  assert.equal(kind('John Smith', 'Smith, John'), 'name_order')
  assert.equal(kind('José Müller', 'Jose Muller'), 'name_script')
  assert.equal(kind('Mr. John Smith', 'John Smith'), 'name_form')
  assert.equal(kind('Jonh Smith', 'John Smith'), 'name_order')
  assert.equal(kind('Jon Smith', 'John Smith'), 'name_close')
  assert.equal(kind('王伟', '王芳'), null)
  assert.equal(kind('John Smith', 'Jane Brown'), null)
  const firm = (a: string, b: string) => kind(a, b, 'organisation')
  assert.equal(firm('华东机电有限公司', '华东机电有限责任公司'), 'name_form')
  assert.equal(firm('华东机电股份有限公司', '華東機電'), 'name_form')
  assert.equal(firm('华东机电（苏州）有限公司', '苏州华东机电有限公司'), 'name_order')
  assert.equal(firm('Acme Ltd', 'ACME Limited'), 'name_form')
  assert.equal(firm('Acme Inc.', 'Acme GmbH'), 'name_form')
  assert.equal(firm('The Acme Company', 'Acme'), 'name_form')
  assert.equal(firm('Microsft Corp', 'Microsoft Corporation'), 'name_close')
  assert.equal(firm('长江贸易', '黄河贸易'), null)
})

test('e-mail: capitals always, plus and dots only where the provider does that', () => {
  assert.equal(mailbox('J.Doe+shop@GoogleMail.com'), 'jdoe@gmail.com')
  assert.equal(mailbox('j.doe+x@outlook.com'), 'j.doe@outlook.com')
  assert.equal(mailbox('j.doe+x@firm.cn'), 'j.doe+x@firm.cn')
  assert.equal(mailbox('a.b@qq.com'), 'a.b@qq.com')
})

test('phone: every way of writing is one line; the ninth digit of Brazil is no other line', () => {
  const of = (text: string) => line(contactKey('phone', text, 'CN')!)
  for (const way of [
    '+86 138 0000 1111',
    '0086-13800001111',
    '013800001111',
    '8613800001111',
    '138 0000 1111',
  ])
    assert.equal(of(way), '+8613800001111', way)
  assert.equal(of('+55 11 98765-4321'), of('+55 11 8765-4321'))
  assert.equal(of('+86 21 6888 8888 转 12'), '+862168888888')
})

test('address: blanks, signs, 市 and 号, Street and St.', () => {
  assert.equal(place('中国 苏州市 人民路 1 号'), place('苏州人民路1'))
  assert.equal(place('12 High Street, Leeds'), place('12 high st leeds'))
  assert.notEqual(place('苏州市人民路 1 号'), place('苏州市人民路 11 号'))
})

test('how sure: what everybody would say of these pairs', () => {
  const phone = '138 0000 1111'
  assert.equal(sure(party('王伟', { phone }), party('王伟', { phone: '+8613800001111' })).band, 'certain')
  assert.equal(sure(party('王伟', { phone }), party('李芳', { phone })).band, 'possible')
  const virtual = '17012345678'
  assert.equal(sure(party('王伟', { phone: virtual }), party('李芳', { phone: virtual })).band, null)
  assert.equal(sure(party('王伟', { phone: virtual }), party('王伟', { phone: virtual })).band, 'likely')
  const wechat_unionid = 'oABC-123'
  assert.equal(sure(party('小王', { wechat_unionid }), party('王伟', { wechat_unionid })).band, 'certain')
  const address = '苏州市人民路 1 号'
  assert.equal(sure(party('张三丰', { address }), party('张三风', { address })).band, 'certain')
  assert.equal(sure(party('Jon Smith', { address }), party('John Smith', { address })).band, 'likely')
  assert.equal(sure(party('Jon Smith'), party('John Smith')).band, null)
  assert.equal(sure(party('王芳', { address }), party('李强', { address })).band, null)
  const a = party('Li Na', { email: 'na@huadong.cn' })
  assert.deepEqual(sure(a, party('李娜', { email: 'lina@huadong.cn' })).band, 'likely')
  assert.equal(sure(a, party('李娜', { email: 'lina@qq.com' })).band, 'possible')
  const firm = (name: string, given: Given = {}) => party(name, given, 'organisation')
  assert.equal(sure(firm('华东机电有限公司'), firm('华东机电有限责任公司')).band, 'likely')
  assert.equal(sure(firm('Acme'), party('Acme')).band, null)
})

test('what stands at many says little', () => {
  const phone = '021-6888 8888'
  const many = () => 400
  assert.equal(sure(party('王伟', { phone }), party('李芳', { phone }), many).band, null)
  const email = 'info@firm.cn'
  assert.equal(sure(party('王芳', { email }), party('李强', { email }), many).band, null)
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 1e6 }), (a, b) =>
      a <= b ? rarer(7, a) >= rarer(7, b) : rarer(7, a) <= rarer(7, b),
    ),
  )
})

const word = fc.string({ unit: fc.constantFrom(...'abcdefgh'), minLength: 1, maxLength: 8 })
test('comparing is fair to both sides, and a party is most of all itself', () =>
  fc.assert(
    fc.property(
      word,
      word,
      fc.constantFrom('王', '李', ''),
      fc.constantFrom('13800001111', '17012345678'),
      (x, y, han, phone) => {
        const [a, b] = [party(`${han}${x} ${y}`, { phone }), party(`${han}${y} ${x}`, { phone })]
        assert.deepEqual(
          compare(a, b, two).map(({ weight }) => weight),
          compare(b, a, two).map(({ weight }) => weight),
        )
        const itself = probability(compare(a, a, two))
        assert.ok(itself >= probability(compare(a, b, two)) && itself > 0.5)
      },
    ),
  ))

test('a slip of one letter is among the near letters, and one who shares anything shares a key', () =>
  fc.assert(
    fc.property(word, fc.nat(), fc.constantFrom(...'abcxyz'), (name, at, letter) => {
      const i = at % (name.length + 1)
      const slipped = name.slice(0, i) + letter + name.slice(i)
      assert.ok(nearLetters(lettersOf(name)).includes(lettersOf(slipped)))
      assert.equal(editDistance(name, slipped), 1)
      const email = `${name}+x@gmail.com`
      const [a, b] = [party(name, { email }), party(slipped, { email: `${name}@gmail.com` })]
      assert.ok(keyTexts(a).some((text) => keyTexts(b).includes(text)))
    }),
  ))
