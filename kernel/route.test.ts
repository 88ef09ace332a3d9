import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { Type as T } from 'typebox'
import { urlOf } from './client.ts'
import { ById, route } from './route.ts'

const root = join(import.meta.dirname, '..')
const folder = join(import.meta.dirname, 'testing/wrong')

test('a route without its permission, a missing handler, a wrong field or a missing language does not compile', () => {
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  const { stdout } = spawnSync(
    process.execPath,
    [compiler, '--noEmit', '--pretty', 'false', '-p', join(folder, 'tsconfig.json')],
    { encoding: 'utf8' },
  )
  const errors = new Set(
    [...stdout.matchAll(/(\w+\.ts)\((\d+),\d+\): error TS/g)].map((m) => `${m[1]}:${m[2]}`),
  )
  const marked = readdirSync(folder)
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) =>
      readFileSync(join(folder, name), 'utf8')
        .split('\n')
        .flatMap((line, i) => (line.includes('// wrong:') ? [`${name}:${i + 1}`] : [])),
    )
  assert.deepEqual([...errors].sort(), marked.sort(), stdout)
  assert.ok(marked.length >= 6)
})

test('a route line and its input make the URL', () => {
  const get = route('GET /parties/:id', {
    may: 'parties:read',
    does: 'Read',
    params: ById,
    query: T.Object({ q: T.Optional(T.String()) }),
    gives: T.Object({}),
  })
  assert.equal(
    urlOf(get, { params: { id: 7 }, query: { q: '关 系&', empty: undefined } }),
    '/api/v1/parties/7?q=%E5%85%B3+%E7%B3%BB%26',
  )
})
