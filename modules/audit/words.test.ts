import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { sentenceOf } from './rules.sentence.ts'
import { subjects, verbs } from './text.verbs.ts'

const root = join(import.meta.dirname, '..')
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.ts$/.test(file) && !/\.test\.ts$|(^|\/)(web|testing)(\/|\.)/.test(file))
  .map((file) => readFileSync(join(root, file), 'utf8'))
const found = (pattern: RegExp): string[] => [
  ...new Set(sources.flatMap((text) => [...text.matchAll(pattern)].map((match) => match[1]!))),
]

test('every action that is recorded has a verb, and every kind of thing a name, in both languages', () => {
  // A word stem that gets its ending elsewhere is no action.
  const stems = new Set(['parties.contact', 'parties.role', 'parties.external_id'])
  const actions = found(/\baction: '([a-z]+\.[a-z_]+)'/g).filter((action) => !stems.has(action))
  assert.ok(actions.length > 50)
  assert.deepEqual(
    actions.filter((action) => !(action in verbs)),
    [],
  )
  const things = found(/\bsubject: '([a-z_]+)',\s+subject_id/g)
  assert.deepEqual(
    things.filter((subject) => !(subject in subjects)),
    [],
  )
})

test('a sentence names who and what, and shows the values of a single change', () => {
  const row = {
    action: 'parties.contact_updated',
    subject: 'contact_point',
    actor: { kind: 'user', name: '李雷' },
    about: null,
    kind: 'phone',
    party: { name: '长江贸易' },
    changes: [{ field: 'value', was: '138', became: '139', withheld: false }],
    erased: false,
  }
  assert.equal(sentenceOf(row, 'en'), '李雷 changed phone of 长江贸易: 138 → 139')
  assert.equal(sentenceOf(row, 'zh-CN'), '李雷 修改了 长江贸易 的电话：138 → 139')
  const added = { ...row, action: 'parties.contact_added' }
  assert.equal(sentenceOf(added, 'en'), '李雷 added phone 139 to 长江贸易')
  assert.equal(sentenceOf({ ...row, erased: true, changes: [] }, 'zh-CN').endsWith('（内容已抹除）'), true)
})
