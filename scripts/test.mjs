// `npm test`: everything. `npm run check` (--fast): types, lint, boundaries and what needs no database, in a minute.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureDependencies, filesUnder, node24, root, say, step } from './lib.mjs'
import { ensureTools } from './tools.mjs'
import { ensureWeb } from './web.mjs'

const fast = process.argv.includes('--fast')
ensureDependencies()
const tools = fast ? {} : ensureTools()
if (!fast) ensureWeb()

const folders = ['kernel', 'modules', 'packages', 'db', 'apps', 'bench', 'examples', 'e2e', 'scripts']
const tests = [
  ...readdirSync(root).filter((name) => name.endsWith('.test.ts')),
  ...folders.flatMap((folder) => filesUnder(folder, (path) => /\.test\.tsx?$/.test(path))),
]
/** Tests that speak to PostgreSQL through kernel/testing: they run on 15 as well. */
const onDatabase = (path) =>
  /\.api\.test\.ts$/.test(path) || /\btesting\.ts'/.test(readFileSync(join(root, path), 'utf8'))
const isSlow = (path) => onDatabase(path) || /^(bench|e2e|kernel\/postgres|scripts)\//.test(path)

// A shell that was set up for a real installation must not lead the tests to it.
const env = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) => !/^(GUANXI_.*|DATABASE_URL|PORT|HOST|TEST_POSTGRES)$/.test(name),
  ),
)
if (tools.chromium) env.CHROMIUM_PATH = tools.chromium

// Of one test: what hangs must fail with its name, not hold the whole run. The longest takes about two minutes.
const LIMIT_MS = 900_000
const told = mkdtempSync(join(tmpdir(), 'guanxi-failures-'))
const run = (files, name, extra = {}) =>
  files.length === 0 ||
  step(
    node24(),
    [
      '--test',
      '--test-concurrency=2',
      `--test-timeout=${LIMIT_MS}`,
      ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
      ...['--test-reporter=./scripts/failures.mjs', `--test-reporter-destination=${join(told, name)}`],
      ...files,
    ],
    { ...env, ...extra },
  )

const failed = []
const check = (name, went) => went || failed.push(name)

const tsc = join(root, 'node_modules/typescript/bin/tsc')
for (const project of ['tsconfig.json', 'tsconfig.web.json']) {
  say(`类型检查：${project}`, `Types: ${project}`)
  check(`tsc -p ${project}`, step(node24(), [tsc, '--noEmit', '-p', project]))
}
say('代码检查', 'Lint')
check(
  'biome ci',
  step(node24(), [
    join(root, 'node_modules/@biomejs/biome/bin/biome'),
    'ci',
    ...(process.stdout.isTTY ? [] : ['--colors=off']),
  ]),
)

if (!fast && tools.postgres15) {
  say('在 PostgreSQL 15 上测试', 'Tests on PostgreSQL 15')
  check('tests on PostgreSQL 15', run(tests.filter(onDatabase), 'PostgreSQL 15', { TEST_POSTGRES: '15' }))
}
// Last, so that the output ends with these totals.
check('tests', run(fast ? tests.filter((path) => !isSlow(path)) : tests, 'tests'))
if (failed.length > 0) {
  say(`未通过：${failed.join('、')}`, `Failed: ${failed.join(', ')}`)
  for (const name of readdirSync(told).sort()) console.error(readFileSync(join(told, name), 'utf8'))
}
rmSync(told, { recursive: true, force: true })
process.exit(failed.length > 0 ? 1 : 0)
