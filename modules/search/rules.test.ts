import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { headsAsked, headsOf } from '../parties/names/heads.ts'
import { nameKeys } from '../parties/names/romanise.ts'
import { parseQuery, searchKeys } from '../parties/names/search.ts'
import { folded, lettersOf } from './letters.ts'
import { marksIn, marksInCode, piecesPattern } from './rules.ts'

type Kind = 'person' | 'organisation'
const marked = (name: string, typed: string, kind: Kind = 'person') =>
  marksIn(lettersOf(name, kind), folded(typed))
    .map(({ from, to }) => name.slice(from, to))
    .join('|')

/** As the database tests it. */
function finds(name: string, typed: string, kind: Kind = 'person'): boolean {
  const keys = searchKeys(name, nameKeys(name, kind), [], [])
  const query = parseQuery(typed, 'CN')
  return [query, ...(query.or ?? [])].some(
    ({ chars, words }) =>
      chars.length + words.length > 0 &&
      chars.every((one) => keys.search_chars.includes(one)) &&
      words.every((like) => keys.search_text.includes(like.replace(/^%|%$/g, ''))),
  )
}

// Surnames with a reading of their own (现代汉语词典, entries marked 姓), each with the ordinary one beside it.
const table: readonly [name: string, typed: readonly string[]][] = [
  ['单雄信', ['shan', 'dan', 'sxx', 'dxx', 'shanxiongxin', 'danxiongxin', '單雄信', '单雄']],
  ['曾国藩', ['zeng', 'ceng', 'zgf', 'cgf', '曾國藩']],
  ['仇英', ['qiu', 'chou', 'qy', 'cy']],
  ['解缙', ['xie', 'jie', 'xj', 'jj', '解縉']],
  ['区伟', ['ou', 'qu', 'ow', 'qw', '區偉']],
  ['查良镛', ['zha', 'cha', 'zly', 'cly', '查良鏞']],
  ['尉迟恭', ['yuchi', 'weichi', 'ycg', 'wcg', '尉遲恭']],
  ['万俟卨', ['moqi', 'wansi', 'mqx', '萬俟']],
  ['盖聂', ['ge', 'gai', 'gn']],
  ['乐毅', ['yue', 'le', 'yy', 'ly', '樂毅']],
  ['任正非', ['ren', 'rzf', 'renzhengfei']],
  ['朴树', ['piao', 'pu', 'ps', '樸樹']],
  ['翟天临', ['zhai', 'di', 'ztl']],
  ['缪伟', ['miao', 'miu', 'mw']],
  ['种师道', ['chong', 'zhong', 'csd', 'zsd']],
  ['吕布', ['lv', 'lu', 'lvbu', 'lubu', 'lb', '呂布']],
  ['單雄信', ['shan', 'dan', '单雄信', '單']],
  ['見龍', ['见', '見', '见龙', 'jianlong', 'jl']],
  ['欧阳修', ['ouyang', 'oyx', '歐陽', 'ouyang xiu']],
  ['李娜', ['li na', 'na li', 'lina', 'ln']],
]

test('a table of names: every reading, initials, either script', () => {
  for (const [name, typed] of table)
    for (const q of typed) {
      assert.ok(finds(name, q), `${q} finds ${name}`)
      assert.notEqual(marked(name, q), '', `${q} is marked in ${name}`)
    }
  for (const q of ['单家', '曽', 'zengx', 'xs']) assert.ok(!finds('单雄信', q), q)
})

test('what was typed is marked where it stands', () => {
  assert.equal(marked('张三丰', 'zs'), '张三')
  assert.equal(marked('张三丰', 'sf'), '三丰')
  assert.equal(marked('张三丰', 'zhangsf'), '张三丰')
  assert.equal(marked('张三丰', 'zsan'), '张三')
  assert.equal(marked('张三丰', 'zh'), '张')
  assert.equal(marked('华东机电', '機電', 'organisation'), '机电')
  assert.equal(marked('华东机电', 'hdjd', 'organisation'), '华东机电')
  assert.equal(marked('Kim Lee', 'le'), 'Le')
  assert.equal(marked('Müller AG', 'muller'), 'Müller')
  assert.equal(marked('张三', 'qq'), '')
  assert.equal(marked('𠮷野家', '野', 'organisation'), '野')
})

test('a number is marked whatever stands between its digits', () => {
  const of = (value: string, typed: string) =>
    marksInCode(value, typed).map(({ from, to }) => value.slice(from, to))
  assert.deepEqual(of('138 0000 4321', '4321'), ['4321'])
  assert.deepEqual(of('138 0000 4321', '0000-43'), ['0000 43'])
  assert.deepEqual(of('138 0000 4321', '+86 138'), ['138'])
  assert.deepEqual(of('Purchase@Huadong.example', 'huadong'), ['Huadong'])
  assert.deepEqual(of('SO-2026-0042', 'so-20'), ['SO-20'])
  assert.deepEqual(of('abc', 'x'), [])
})

test('pinyin in pieces', () => {
  assert.equal(piecesPattern('zsan'), '% z%san%')
  assert.equal(piecesPattern('zhsan'), '% zh%san%')
  assert.equal(piecesPattern('zhang'), null)
  assert.equal(piecesPattern('z1'), null)
})

test('the bits of whoever is found have all the bits that are asked for', () => {
  const name = fc.oneof(
    fc.string({
      unit: fc.constantFrom(...'华东机电设备苏州恒力传动上海曾氏单记長行見龍'),
      minLength: 1,
      maxLength: 8,
    }),
    fc.string({ unit: fc.constantFrom(...'abcdez '), minLength: 1, maxLength: 14 }),
  )
  const typed = fc.oneof(
    name,
    fc.string({ unit: fc.constantFrom(...'hdjsczlab'), minLength: 1, maxLength: 3 }),
  )
  fc.assert(
    fc.property(name, typed, (name, q) => {
      const keys = searchKeys(name, nameKeys(name, 'person'), [], [])
      const asked = headsAsked(parseQuery(q, 'CN'))
      if (!asked || !finds(name, q)) return
      const has = headsOf(keys.search_text, keys.search_chars)
      for (const [i, bits] of asked.entries()) assert.equal(has[i]! & bits, bits, `${q} in ${name}`)
    }),
    { numRuns: 2000 },
  )
})

test('any text can be typed and any name marked', () =>
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme', maxLength: 60 }),
      fc.string({ unit: 'grapheme', maxLength: 30 }),
      (name, q) => {
        for (const { from, to } of marksIn(lettersOf(name, 'organisation'), folded(q)))
          assert.ok(from >= 0 && from < to && to <= name.length)
      },
    ),
  ))
