import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { projectRoot } from '../kernel/config.ts'

const folder = mkdtempSync(join(tmpdir(), 'guanxi-start-'))
after(() => rmSync(folder, { recursive: true, force: true }))

type Started = { child: ChildProcess; out: () => string; ended: Promise<unknown[]> }
function start(env: Record<string, string>): Started {
  const child = spawn(process.execPath, [join(projectRoot, 'apps/server.ts')], {
    env: { PATH: process.env['PATH'] ?? '', PORT: '0', GUANXI_HOME: join(folder, 'refused'), ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let out = ''
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (data) => (out += data))
  return { child, out: () => out, ended: once(child, 'exit') }
}

const impossible: [string, Record<string, string>, RegExp][] = [
  ['a port that is none', { PORT: '99999' }, /PORT=99999/],
  ['a misspelt name', { GUANXI_ROEL: 'web' }, /did you mean GUANXI_ROLE/],
  ['a home below a file', { GUANXI_HOME: join(projectRoot, 'package.json/x') }, /GUANXI_HOME/],
  ['a home that nobody can make', { GUANXI_HOME: '/proc/guanxi' }, /GUANXI_HOME/],
  [
    'a database where nothing listens',
    { DATABASE_URL: 'postgres://me:secret@localhost:1/x' },
    /DATABASE_URL.*:1\b/,
  ],
  [
    'a database host that is not',
    { DATABASE_URL: 'postgres://me:secret@no-such.invalid/x' },
    /no-such\.invalid/,
  ],
]
test('a start that cannot be says why in one line, without a password', async (t) => {
  for (const [name, env, said] of impossible)
    await t.test(name, async () => {
      const { out, ended } = start(env)
      assert.deepEqual((await ended)[0], 1)
      await sleep(50)
      assert.match(out(), said)
      assert.match(out(), /^[^\n]+\n$/)
      assert.doesNotMatch(out(), /secret/)
    })
})

/** What a PostgreSQL that runs leaves in its folder. */
const postmaster = (home: string) => join(home, 'postgres/data/postmaster.pid')
const until = async (true_: () => boolean) => {
  while (!true_()) await sleep(20)
}

test('told to stop while it still starts, it leaves no PostgreSQL behind', async () => {
  const home = join(folder, 'early')
  const { child, out, ended } = start({ GUANXI_HOME: home })
  await until(() => existsSync(postmaster(home)))
  child.kill('SIGTERM')
  assert.deepEqual(await ended, [0, null], out())
  assert.ok(!existsSync(postmaster(home)))
})

test('a server stops when its starter was killed, and its PostgreSQL with it', async () => {
  const home = join(folder, 'left')
  const { child, out, ended } = start({ GUANXI_HOME: home })
  await until(() => out().includes('http://'))
  child.disconnect()
  assert.deepEqual(await ended, [0, null], out())
  assert.ok(!existsSync(postmaster(home)))
  assert.doesNotMatch(out(), /"level"/, 'a clean stop logs nothing')
})
