import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { contactKey, phoneKey } from './contacts.ts'
import { nameKeys } from './romanise.ts'
import { parseQuery, searchKeys } from './search.ts'

test('polyphonic surnames are read as surnames', () => {
  // 现代汉语词典, entries marked 姓
  const table =
    '单shan 曾zeng 仇qiu 解xie 查zha 任ren 区ou 朴piao 盖ge 翟zhai 缪miao 乐yue 覃qin 员yun 召shao 种chong 繁po 冼xian 折she 么yao 黑he 那na 乜nie 葛ge 哈ha 宁ning 祭zhai 秘bi 佴nai 牟mu 尉wei 阚kan 於yu 都du 隗wei 重chong 参shen 会gui 降xiang 藏zang 逮dai 吕lv 华hua'
  for (const entry of table.split(' ')) {
    const surname = [...entry][0]!
    assert.equal(nameKeys(`${surname}伟`, 'person').spelled, `${entry.slice(surname.length)}wei`, surname)
  }
  for (const [name, spelled] of [
    ['尉迟恭', 'yuchigong'],
    ['万俟卨', 'moqixie'],
    ['长孙无忌', 'zhangsunwuji'],
    ['欧阳修', 'ouyangxiu'],
  ] as const)
    assert.equal(nameKeys(name, 'person').spelled, spelled)
})

test('an organisation is read as words, a family’s name in it as a name', () => {
  const spelled = (name: string) => nameKeys(name, 'organisation').spelled
  assert.equal(spelled('长沙银行'), 'changshayinhang')
  assert.equal(spelled('重庆长安汽车'), 'chongqingchanganqiche')
  assert.equal(spelled('上海曾氏气动'), 'shanghaizengshiqidong')
  assert.equal(spelled('顺德单记模具'), 'shundeshanjimuju')
  assert.equal(spelled('常州解氏齿轮'), 'changzhouxieshichilun')
  assert.equal(nameKeys('华东机电设备有限公司', 'organisation').name_romanised, 'Huádōng Jīdiàn Shèbèi')
  assert.equal(nameKeys('华东机电设备有限公司', 'organisation').initials, 'hdjdsbyxgs')
})

test('a person is shown as surname and given name; a Latin name needs no second line', () => {
  const shown = (name: string) => nameKeys(name, 'person').name_romanised
  assert.deepEqual(['陈建国', '欧阳修', '吕布', '王敏'].map(shown), [
    'Chén Jiànguó',
    'Ōuyáng Xiū',
    'Lǚ Bù',
    'Wáng Mǐn',
  ])
  assert.equal(shown('Anna Bauer'), '')
})

test('any text has keys that PostgreSQL can hold and sort', () =>
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'grapheme', maxLength: 300 }),
        fc.string({ unit: 'binary', maxLength: 300 }),
      ),
      fc.boolean(),
      (name, person) => {
        const keys = nameKeys(name, person ? 'person' : 'organisation')
        const search = searchKeys(name, keys, [name], [{ kind: 'email', value_key: name }])
        for (const text of [keys.name_sort, keys.name_romanised, search.search_text])
          assert.ok(text.isWellFormed())
        assert.ok(keys.name_sort.length <= 120)
        assert.match(search.search_text, /^[ -~]*$/)
        parseQuery(name, 'CN')
      },
    ),
  ))

test('letters of Europe are sorted and found as they are typed elsewhere', () => {
  const keys = nameKeys('Łukasz Strauß', 'person')
  assert.equal(keys.name_sort, 'lukasz strauss')
  assert.equal(keys.initials, 'ls')
  assert.ok(finds('strauss', 'Łukasz Strauß'))
})

test('a number that could be dialled is also looked for as it was typed, but not twice', () => {
  const asked = (q: string) => {
    const { words, or = [] } = parseQuery(q, 'CN')
    return [...words, ...or.flatMap((way) => way.words)]
  }
  assert.deepEqual(asked('6888 1234'), ['%68881234%'])
  assert.deepEqual(asked('138 0013 8000'), ['%13800138000%'])
  assert.deepEqual(asked('0086 13800138000'), ['%8613800138000%'])
  assert.deepEqual(asked('(021) 68881234'), ['%2168881234%'])
})

/** As the database tests it: every character group among search_chars, every word somewhere in the text. */
function finds(q: string, name: string): boolean {
  const search = searchKeys(name, nameKeys(name, 'organisation'), [], [])
  const query = parseQuery(q, 'CN')
  const like = (pattern: string) =>
    search.search_text.includes(pattern.replace(/^%|%$/g, '').replace(/\\(.)/g, '$1'))
  return (
    query.chars.length + query.words.length > 0 &&
    query.chars.every((c) => search.search_chars.includes(c)) &&
    query.words.every(like)
  )
}

test('any run of a Chinese name finds it, and so does the beginning of any Latin word', () => {
  const han = fc.string({
    unit: fc.constantFrom(...'华东机电设备苏州恒力传动上海曾氏单记长行'),
    minLength: 1,
    maxLength: 12,
  })
  fc.assert(
    fc.property(han, fc.nat(11), fc.integer({ min: 1, max: 12 }), (name, from, length) => {
      const part = [...name].slice(from % name.length, (from % name.length) + length).join('')
      assert.ok(finds(part, name), `${part} in ${name}`)
    }),
  )
  const word = fc.string({ unit: fc.constantFrom(...'abcdefghij'), minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(
      fc.array(word, { minLength: 1, maxLength: 4 }),
      fc.nat(3),
      fc.integer({ min: 1, max: 8 }),
      (words, i, length) => {
        assert.ok(finds(words[i % words.length]!.slice(0, length).toUpperCase(), words.join(' ')))
      },
    ),
  )
})

test('every way of writing a mobile number is one key', () => {
  const ways = (n: string) => [
    n,
    `+86${n}`,
    `+86 ${n.slice(0, 3)} ${n.slice(3, 7)} ${n.slice(7)}`,
    `0086-${n}`,
    `0${n}`,
    `86 ${n}`,
    `(+86) ${n.slice(0, 3)}-${n.slice(3, 7)}-${n.slice(7)}`,
    n.replace(/\d/g, (d) => String.fromCharCode(d.charCodeAt(0) + 0xfee0)),
    `手机：${n}`,
  ]
  fc.assert(
    fc.property(
      fc.constantFrom('130', '138', '159', '188', '199'),
      fc.integer({ min: 0, max: 99_999_999 }),
      (head, tail) => {
        const number = head + String(tail).padStart(8, '0')
        for (const way of ways(number)) assert.equal(phoneKey(way, 'CN'), `+86${number}`, way)
      },
    ),
  )
  assert.equal(phoneKey('021-68888888', 'CN'), phoneKey('+86 21 6888 8888', 'CN'))
  assert.equal(phoneKey('020 7946 0958', 'GB'), '+442079460958')
  for (const region of ['GB', 'DE', 'JP'])
    assert.equal(phoneKey('138 0000 0000', region), '+8613800000000', region)
  assert.equal(phoneKey('0151 12345678', 'DE'), '+4915112345678')
  assert.equal(phoneKey('1 (415) 555-2671', 'US'), '+14155552671')
  assert.equal(phoneKey('12', 'CN'), undefined)
})

test('an address of mail is one whatever its capitals; WeChat ids keep theirs', () => {
  assert.equal(contactKey('email', ' Shen Li <Shen@HDJD.Example> ', 'CN'), 'shen@hdjd.example')
  assert.equal(contactKey('email', 'no at sign', 'CN'), undefined)
  assert.notEqual(contactKey('wechat_openid', 'oAbC', 'CN'), contactKey('wechat_openid', 'oabc', 'CN'))
  assert.equal(
    contactKey('web', 'https://www.Example.com/a/', 'CN'),
    contactKey('web', 'example.com/a', 'CN'),
  )
})

test('a number that is a contact point is searched as that, so that whoever may not see it does not find by it', () => {
  const name = '华东机电'
  const contacts = [
    { kind: 'email', value_key: 'sales@hd.cn' },
    { kind: 'phone', value_key: '+8613800000001' },
  ]
  const ids = ['Sales@hd.cn', '13800000001', '138-0000-0001', 'K1007']
  const search = searchKeys(name, nameKeys(name, 'organisation'), ids, contacts)
  assert.match(search.search_text, / k1007 /)
  assert.doesNotMatch(search.search_text, /sales|hd\.cn|1380/)
  assert.match(search.search_contact, /sales@hd\.cn/)
})
