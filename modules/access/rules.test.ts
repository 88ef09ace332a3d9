import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Actor, RowScope } from '../../kernel/ctx.ts'
import { permissionsOf } from '../../kernel/module.ts'
import { module } from './module.ts'
import { decided, isRead, startingGrants, startingRoles } from './rules.roles.ts'
import {
  below,
  beyond,
  currencyGuess,
  FREE_FAILURES,
  fitsBelow,
  gains,
  isCurrency,
  moved,
  networkOf,
  passwordProblem,
  placeOf,
  raised,
  rowScopes,
  scopesOf,
  THROTTLE_WINDOW_MS,
  type UnitNode,
  unitKinds,
  waitAfter,
  wider,
  zoneOf,
} from './rules.ts'
import { commonWords } from './signing/passwords.ts'

// A tree in its order: every unit below one that may stand above it.
const trees: fc.Arbitrary<UnitNode[]> = fc
  .array(fc.tuple(fc.nat(50), fc.constantFrom('branch', 'region', 'team')), { maxLength: 25 })
  .map((wishes) => {
    const units: UnitNode[] = [{ unit_id: 1, parent_id: null, kind: 'headquarters' }]
    for (const [at, kind] of wishes) {
      const above = units.filter((unit) => fitsBelow(kind, unit.kind))
      units.push({ unit_id: units.length + 1, parent_id: above[at % above.length]!.unit_id, kind })
    }
    return units
  })
const scopes = fc.constantFrom<RowScope>(...rowScopes)
const codes = ['parties:read', 'parties:write', 'orders:read'] as const
const grants = fc.dictionary(fc.constantFrom(...codes), scopes)
const actorAt = (units: UnitNode[], unit_id: number, held: Record<string, RowScope>): Actor => ({
  kind: 'user',
  id: 1,
  name: '',
  role: '',
  unit_id,
  grants: held,
  masks: new Set(),
  ...placeOf(units, unit_id),
})

test('a unit reaches itself and what hangs below it, and a team never more than its branch', () =>
  fc.assert(
    fc.property(trees, fc.nat(), (units, at) => {
      const { unit_id } = units[at % units.length]!
      const { team_units, branch_units } = placeOf(units, unit_id)
      assert.ok(team_units.includes(unit_id))
      assert.ok(team_units.every((unit) => branch_units.includes(unit)))
      assert.equal(new Set(branch_units).size, branch_units.length)
    }),
  ))

test('what a branch reaches ends at the branch', () =>
  fc.assert(
    fc.property(trees, (units) => {
      for (const unit of units) {
        const { branch_units } = placeOf(units, unit.unit_id)
        const branches = units.filter((u) => u.kind === 'branch' && branch_units.includes(u.unit_id))
        assert.ok(unit.kind === 'headquarters' || branches.length <= 1)
      }
    }),
  ))

test('a giver who is not beyond reaches every row that the receiver will', () =>
  fc.assert(
    fc.property(trees, fc.nat(), fc.nat(), grants, grants, (units, a, b, held, given) => {
      const giver = actorAt(units, units[a % units.length]!.unit_id, held)
      const place = placeOf(units, units[b % units.length]!.unit_id)
      const refused = new Set(beyond(giver, given, place))
      for (const [code, scope] of Object.entries(given)) {
        if (refused.has(code)) continue
        const own = giver.grants[code]
        assert.ok(own, 'a permission that the giver lacks')
        if (own === 'all' || scope === 'own') continue
        assert.notEqual(scope, 'all')
        assert.notEqual(own, 'own')
        const mine = own === 'team' ? giver.team_units : giver.branch_units
        const theirs = scope === 'team' ? place.team_units : place.branch_units
        assert.ok(theirs.every((unit) => mine.includes(unit)))
      }
    }),
  ))

test('everybody may give their own rights in their own place', () =>
  fc.assert(
    fc.property(trees, fc.nat(), grants, (units, at, held) => {
      const giver = actorAt(units, units[at % units.length]!.unit_id, held)
      assert.deepEqual(beyond(giver, held, giver), [])
      assert.deepEqual(wider(held, held), [])
    }),
  ))

test('raised names what is new or wider and nothing else', () => {
  assert.deepEqual(
    raised(
      { 'a:read': 'own', 'b:read': 'all', 'c:read': 'team' },
      { 'a:read': 'team', 'b:read': 'own', 'd:read': 'own' },
    ),
    { 'a:read': 'team', 'd:read': 'own' },
  )
})

test('a move gains its mover exactly the units that they did not reach before', () => {
  const units: UnitNode[] = [
    { unit_id: 1, parent_id: null, kind: 'headquarters' },
    { unit_id: 2, parent_id: 1, kind: 'branch' },
    { unit_id: 3, parent_id: 1, kind: 'branch' },
    { unit_id: 4, parent_id: 2, kind: 'team' },
    { unit_id: 5, parent_id: 3, kind: 'team' },
  ]
  const mover = actorAt(units, 2, { 'units:write': 'all', 'parties:read': 'team' })
  assert.equal(gains(mover, moved(units, 5, { parent_id: 2 })), true)
  assert.equal(gains(mover, moved(units, 4, { parent_id: 3 })), false)
  const everywhere = actorAt(units, 2, { 'units:write': 'all', 'parties:read': 'all' })
  assert.equal(gains(everywhere, moved(units, 5, { parent_id: 2 })), false)
})

test('levels go down only, and may be skipped', () => {
  assert.equal(fitsBelow('team', 'headquarters'), true)
  assert.equal(fitsBelow('branch', 'region'), false)
  for (const kind of unitKinds) assert.equal(fitsBelow(kind, kind), false)
  assert.deepEqual(below([{ unit_id: 7, parent_id: null, kind: 'team' }], 7), [7])
})

test('waits grow with failures and never pass the window', () =>
  fc.assert(
    fc.property(fc.nat(5000), (failures) => {
      const { account } = FREE_FAILURES
      const wait = waitAfter(failures, account)
      assert.ok(wait <= THROTTLE_WINDOW_MS && wait <= waitAfter(failures + 1, account))
      assert.equal(wait === 0, failures < account)
    }),
  ))

test('an address counts as its network, however it is written', () => {
  assert.equal(networkOf('203.0.113.9'), '203.0.113.9')
  assert.equal(networkOf('::ffff:203.0.113.9'), '203.0.113.9')
  assert.equal(networkOf('2001:db8:1:2:aaaa::1'), networkOf('2001:0DB8:0001:0002:bbbb:0:0:9'))
  assert.notEqual(networkOf('2001:db8:1:2::1'), networkOf('2001:db8:1:3::1'))
  assert.equal(networkOf('::1'), '0:0:0:0::/64')
  assert.equal(networkOf('fe80::1%eth0'), networkOf('fe80::2'))
})

test('passwords that are guessed first are refused, sentences are not', () => {
  const of = (password: string) => passwordProblem(password, 'wangmin@example.com', commonWords())
  for (const bad of ['short', '123456789', '中文密码六个字'])
    assert.equal(of(bad), 'access.password_short', bad)
  for (const bad of [
    'Password123!',
    '1234567890',
    '9876543210',
    'qwertyuiop',
    '!!Welcome2026',
    'aaaaaaaaaaaa',
    'ＰＡＳＳＷＯＲＤ１２３',
    'woaini1314520',
    '00000000000',
    // of the published lists
    'Liverpool1234',
    'enterprise',
    'mailcreated5240',
    '1029384756',
    'Wishmaster#77',
    'q1w2e3r4t5y6',
  ])
    assert.equal(of(bad), 'access.password_common', bad)
  for (const bad of ['wangmin@example.com', 'WangMin@Example.com', 'wangmin2026', 'wangminwangmin'])
    assert.equal(of(bad), 'access.password_is_email', bad)
  for (const good of [
    'correct horse battery',
    '春江水暖鸭先知竹外桃花',
    'wangmin likes long walks',
    'x7#Kq!zR2m',
    '# Permission is hereby granted',
    'liverpool under rain',
  ])
    assert.equal(of(good), null, good)
})

const isCommon = commonWords()
test('any text at all is judged without an exception', () =>
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (a, b) => void passwordProblem(a, b, isCommon)),
  ))

test('some thousand words that people choose first are known, each on a line of its own', () => {
  const words = readFileSync(new URL('signing/common.txt', import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  assert.ok(words.length > 7000, String(words.length))
  assert.equal(new Set(words).size, words.length)
  assert.deepEqual(
    words.filter((word) => word !== word.normalize('NFKC').toLowerCase() || /\s/.test(word)),
    [],
  )
})

test('zones are names, currencies are real', () => {
  assert.equal(zoneOf('asia/shanghai'), 'Asia/Shanghai')
  for (const bad of ['+08:00', 'Nowhere/At_All', '', '8']) assert.equal(zoneOf(bad), null)
  assert.equal(isCurrency('CNY'), true)
  assert.equal(isCurrency('XQQ'), false)
  assert.equal(currencyGuess('Asia/Shanghai', 'en'), 'CNY')
  assert.equal(currencyGuess('Europe/London', 'en'), 'GBP')
  assert.equal(currencyGuess('Antarctica/Troll', 'zh-CN'), 'CNY')
})

const all = [...new Set([...decided, ...permissionsOf([module])])]
test('starting roles grant what exists, at scopes that mean something', () => {
  assert.equal(Object.keys(startingRoles).length, 11)
  for (const code of Object.keys(startingRoles) as (keyof typeof startingRoles)[])
    for (const [permission, scope] of Object.entries(startingGrants(code, all)))
      assert.ok(scopesOf(permission).includes(scope), `${code}: ${permission} ${scope}`)
  assert.deepEqual(Object.keys(startingGrants('administrator', all)).length, all.length)
})

test('the auditor and the compliance officer read everything and write nothing, but for erasure on request', () => {
  for (const [code, besides] of [
    ['auditor', []],
    ['compliance_officer', ['parties:erase']],
  ] as const) {
    const held = startingGrants(code, all)
    assert.deepEqual(Object.keys(held).sort(), [...all.filter(isRead), ...besides].sort())
    assert.ok(Object.values(held).every((scope) => scope === 'all'))
  }
})

test('only the administrator starts with rights over users, roles, units, keys and settings', () => {
  for (const code of Object.keys(startingRoles) as (keyof typeof startingRoles)[])
    for (const subject of ['users', 'roles', 'units', 'keys', 'settings'])
      assert.equal(`${subject}:write` in startingGrants(code, all), code === 'administrator')
})
