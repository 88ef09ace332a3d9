import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { test } from 'node:test'
import { modules } from './modules/index.ts'

// The house's rules, tested and not hoped (ARCHITECTURE.md): direction, cycles, sizes, foreign tables, scoped
// reads, the distribution rules over schema.sql.
const root = import.meta.dirname
const skipped = new Set(['node_modules', 'dist', '.git', '.guanxi', 'screenshots', 'wrong'])
const MAX_LINES = 500

function* walk(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (skipped.has(entry.name)) continue
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* walk(path)
    else if (/\.tsx?$/.test(entry.name)) yield relative(root, path)
  }
}
const files = [...walk(root)]
const source = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]))
const isTest = (file: string) => /\.test\.tsx?$|(^|\/)e2e\/|(^|\/)testing(\/|\.ts)/.test(file)
const generated = (file: string) => file.endsWith('.gen.ts')

type Import = { to: string; type: boolean }
function imports(file: string): Import[] {
  const text = source.get(file)!
  const found = [
    ...text.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^'"]*?from\s+)?['"](\.[^'"]+)['"]/gm),
    ...text.matchAll(/()import\(['"](\.[^'"]+)['"]\)/g),
  ]
  return found.map((m) => ({
    to: relative(root, resolve(dirname(join(root, file)), m[2]!)),
    type: Boolean(m[1]),
  }))
}

const order = modules.map((m) => m.name)
const moduleOf = (file: string) => /^modules\/(\w+)\//.exec(file)?.[1]
const isWeb = (file: string) => file.startsWith('apps/web/') || /^modules\/\w+\/web\//.test(file)
const browserSafe =
  /^(modules\/\w+\/(contract|rules|text)(\.\w+)?\.ts|modules\/\w+\/web\/.*|kernel\/(client|route|text)\.ts|apps\/web\/.*)$/

function forbidden(file: string, { to, type }: Import): string | null {
  if (isTest(file) || file.startsWith('bench/') || /^vite\./.test(file)) return null
  if (isWeb(file))
    return browserSafe.test(to) || to.endsWith('.css') || type
      ? null
      : 'the web sees only contract, rules, text and web'
  if (isWeb(to) && !to.endsWith('.css')) return 'the server does not import the web'
  if (file.startsWith('packages/'))
    return to.startsWith('packages/') ? null : 'packages import nothing of the house'
  if (file.startsWith('kernel/'))
    return /^(kernel|packages|db)\//.test(to) ? null : 'the kernel imports only itself'
  const from = moduleOf(file)
  if (from) {
    const target = moduleOf(to)
    if (!target)
      return to.startsWith('apps/') || to === 'modules/index.ts'
        ? 'a module does not import what composes it'
        : null
    return target === from || order.indexOf(target) < order.indexOf(from)
      ? null
      : `${target} stands below ${from} in modules/index.ts`
  }
  return null
}

test('speech goes one way: packages ← kernel ← modules in their order ← apps', () => {
  const wrong = files
    .flatMap((file) => imports(file).map((one) => [file, one.to, forbidden(file, one)] as const))
    .filter(([, , why]) => why)
  assert.deepEqual(wrong, [])
})

test('no group of files reaches itself by value imports', () => {
  const graph = new Map(
    files.map((file) => [
      file,
      imports(file)
        .filter((i) => !i.type)
        .map((i) => i.to),
    ]),
  )
  const state = new Map<string, 'open' | 'done'>()
  const cycles: string[] = []
  const visit = (file: string, path: string[]) => {
    if (state.get(file) === 'done') return
    if (state.get(file) === 'open') {
      cycles.push([...path.slice(path.indexOf(file)), file].join(' → '))
      return
    }
    state.set(file, 'open')
    for (const to of graph.get(file) ?? []) if (graph.has(to)) visit(to, [...path, file])
    state.set(file, 'done')
  }
  for (const file of files) visit(file, [])
  assert.deepEqual(cycles, [])
})

test(`no file is longer than ${MAX_LINES} lines`, () => {
  const long = files.filter((file) => !generated(file) && source.get(file)!.split('\n').length > MAX_LINES)
  assert.deepEqual(long, [])
})

test('a table is written only by the module that owns it', () => {
  const owner = new Map(modules.flatMap((m) => m.tables.map((table) => [table, m.name] as const)))
  const wrong: string[] = []
  for (const file of files.filter((f) => moduleOf(f) && !isTest(f) && !isWeb(f)))
    for (const [, table] of source
      .get(file)!
      .matchAll(
        /(?:insert into|update|delete from|insertInto\('|updateTable\('|deleteFrom\(')\s*([a-z_]+)\b/g,
      )) {
      const owned = owner.get(table!)
      if (owned && owned !== moduleOf(file)) wrong.push(`${file} writes ${table} of ${owned}`)
    }
  assert.deepEqual(wrong, [])
})

// Files that read scoped tables for everybody, each with its reason.
const unscoped: Record<string, string> = {
  'modules/parties/project.ts': 'rebuilds the list for every party; answers nobody',
  'modules/imports/':
    'decides reach set-wise against the importer in apply.*; tested in imports.scope.api.test.ts',
}

// party_list and party_find keep an owner_id for the version before (db/migrations/0034): whoever reads the view cannot meet it.
const writesList = [
  ...['create.ts', 'purge.ts', 'intake.undo.ts', 'bulk/', 'fields/', 'list/', 'merging/rows.ts'].map(
    (f) => `modules/parties/${f}`,
  ),
  'modules/orders/figures.ts',
]
test('the list is read as party_listed, with the owner of party_own', () => {
  const wrong = files.filter((file) => {
    const text = source.get(file)!
    if (!moduleOf(file) || isTest(file) || /testing/.test(file)) return false
    if (!writesList.some((path) => file.startsWith(path)))
      return /\b(?:from|join|update|into) party_list\b/.test(text)
    return /\b(?:from|join) party_list\b[^`]*\bl\.owner_id\b/.test(text)
  })
  assert.deepEqual(wrong, [])
})

test('scoped tables are read only through the scope helper', () => {
  const wrong = files
    .filter((file) => moduleOf(file) && !isTest(file) && !isWeb(file))
    .filter((file) => {
      const text = source.get(file)!
      const reads =
        /(?:from|join)\s+(?:party|party_listed|party_list|party_own|party_find|contact_point|party_role|orders|order_line|external_id)\b|selectFrom\('(?:party|party_listed|party_list|contact_point|orders|order_line)/.test(
          text,
        )
      const scoped = /\b(scopeSql|reaches|mustReach|reachParty)\(/.test(text)
      const excused =
        Object.keys(unscoped).some((path) => file.startsWith(path)) || /unscoped: \S+/.test(text)
      return reads && !scoped && !excused
    })
  assert.deepEqual(
    wrong,
    [],
    'read through scopeSql()/reachParty(), or say `unscoped: <why>` where nothing reaches a caller',
  )
})

test('the environment is read in one place', () => {
  const allowed = /^(kernel\/config\.ts|kernel\/testing\.ts|kernel\/postgres\/|scripts\/|bench\/)/
  const wrong = files.filter(
    (file) => !allowed.test(file) && !isTest(file) && /process\.env\b/.test(source.get(file)!),
  )
  assert.deepEqual(wrong, [])
})

type Table = { name: string; hint: string; body: string; indexes: string[] }
const schema = readFileSync(join(root, 'db/schema.sql'), 'utf8')
const tables: Table[] = [
  ...schema.matchAll(/-- distribute: (\w+)\ncreate table (\w+) \(\n([\s\S]*?)\n\);\n((?:CREATE [^\n]*\n)*)/g),
].map((m) => ({
  hint: m[1]!,
  name: m[2]!,
  body: m[3]!,
  indexes: m[4]!.split('\n').filter(Boolean),
}))
const distributed = new Set(tables.filter((t) => !['reference', 'local'].includes(t.hint)).map((t) => t.name))

test('every table can be distributed as its hint says', () => {
  const wrong: string[] = []
  for (const { name, hint, body, indexes } of tables) {
    const foreign = [...body.matchAll(/FOREIGN KEY \(([^)]*)\) REFERENCES (\w+)\(([^)]*)\)([^,\n]*)/g)]
    if (distributed.has(name)) {
      const key = /PRIMARY KEY \(([^)]*)\)/.exec(body)?.[1] ?? ''
      if (hint === 'party_id' ? !key.startsWith('party_id') : !key.split(', ').includes(hint))
        wrong.push(`${name}: primary key (${key})`)
      for (const [, columns] of body.matchAll(/UNIQUE \(([^)]*)\)/g))
        if (!columns!.split(', ').includes(hint)) wrong.push(`${name}: unique (${columns})`)
      for (const index of indexes)
        if (index.startsWith('CREATE UNIQUE') && !index.includes(hint)) wrong.push(`${name}: ${index}`)
      for (const [, from, to, , tail] of foreign) {
        if (distributed.has(to!) && !from!.split(', ').includes(hint))
          wrong.push(`${name}: foreign key to ${to} without ${hint}`)
        if (/SET NULL|SET DEFAULT/.test(tail!)) wrong.push(`${name}: on delete set null`)
      }
    } else
      for (const [, , to] of foreign)
        if (distributed.has(to!)) wrong.push(`${name} (${hint}): foreign key to distributed ${to}`)
  }
  assert.ok(tables.length > 20)
  assert.deepEqual(wrong, [])
})

// A line's money is in its order's currency, in the same aggregate.
test('instants keep milliseconds, money keeps its currency, ids are bigint, and nothing is triggered', () => {
  const wrong: string[] = []
  for (const { name, body } of tables) {
    if (/ timestamp with time zone/.test(body)) wrong.push(`${name}: timestamptz without (3)`)
    if (
      /_minor /.test(body) &&
      !/currency|revenue_minor|base_minor/.test(body) &&
      !name.endsWith('order_line')
    )
      wrong.push(`${name}: money without a currency`)
    for (const [, column] of body.matchAll(/^ {2}(\w*_id) (?:integer|smallint)/gm))
      wrong.push(`${name}.${column}: not bigint`)
  }
  const migrations = readdirSync(join(root, 'db/migrations'))
    .map((f) => readFileSync(join(root, 'db/migrations', f), 'utf8'))
    .join('\n')
  if (/create (or replace )?(trigger|function|rule)/i.test(migrations))
    wrong.push('a trigger, function or rule')
  assert.deepEqual(wrong, [])
})
