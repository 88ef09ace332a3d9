import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import pg from 'pg'
import type { Running } from '../bench/process.ts'
import type { Backup } from '../modules/backups/contract.ts'
import type { System } from '../modules/system/contract.ts'
import { type Place, place, until } from './testing.ts'

// A disk of its own, small enough to be filled: a tmpfs that only this Guanxi sees, mounted in a namespace (of a user's own
// where the test is not root), gone with its process.
const DISK_MB = 420
let at: Place
let guanxi: Running
/** the folder of the home, as that process sees it */
let disk: string
before(async () => {
  at = await place('full')
  const mount = `mount -t tmpfs -o size=${DISK_MB}m none "$0" && exec "$@"`
  const space = process.getuid?.() === 0 ? ['unshare', '-m'] : ['unshare', '-rm']
  guanxi = await at.start('all', [...space, 'sh', '-c', mount, at.home])
  disk = `/proc/${guanxi.pid}/root${at.home}`
  await at.one(
    `insert into product (source, code, name, created_at, updated_at)
     select 'bulk', 'P' || i, md5(i::text) || md5((-i)::text), now(), now() from generate_series(1, 20000) i`,
  )
})
after(async () => {
  await guanxi?.stop()
  await at?.end()
})

const backups = (): string[] => readdirSync(join(disk, 'backups')).sort()
const take = async (): Promise<string> => {
  const { status, body } = await at.ask(guanxi, 'POST', '/backups', { body: '{}' })
  assert.equal(status, 201)
  return `/backups/${body['id']}`
}
const over = (path: string, language = 'en'): Promise<Backup> =>
  until(async () => {
    const row = (await at.ask(guanxi, 'GET', path, { language })).body as Backup
    return row.state !== 'running' && row
  })
const sum = (name: string): string =>
  createHash('sha256')
    .update(readFileSync(join(disk, 'backups', name)))
    .digest('hex')

const MB = 1024 * 1024
const freeMb = (): number => {
  const { bavail, bsize } = statfsSync(disk)
  return (bavail * bsize) / MB
}
/** Somebody else's file takes the room, down to so many MB. */
function fill(name: string, left_mb: number): () => void {
  const path = join(disk, name)
  for (let free = freeMb(); free > left_mb; free = freeMb())
    try {
      writeFileSync(path, Buffer.alloc(Math.min(8 * MB, Math.ceil((free - left_mb) * MB))), { flag: 'a' })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      break
    }
  return () => rmSync(path)
}

test('a disk that fills up while a backup is written: it says so, leaves no half file, and the earlier one is as it was', async () => {
  const first = await over(await take())
  assert.equal(first.state, 'done')
  assert.deepEqual(backups(), [first.file])
  const before = sum(first.file)

  const holder = new pg.Client({ connectionString: at.database.owner })
  await holder.connect()
  await holder.query('begin; lock table product')
  const path = await take()
  const { file } = (await at.ask(guanxi, 'GET', path)).body as Backup
  await until(() => existsSync(join(disk, 'backups', `${file}.part`)))
  const empty = fill('ballast', 0)
  await holder.end()
  const failed = await over(path)
  assert.deepEqual([failed.state, failed.there], ['failed', false])
  assert.deepEqual(
    [failed.error!.code, failed.error!.message.slice(0, 17)],
    ['backups.disk_full', 'The disk is full.'],
  )
  assert.match((await over(path, 'zh')).error!.message, /^磁盘已满：没有留下不完整的文件/)
  assert.deepEqual(backups(), [first.file])
  assert.equal(sum(first.file), before)
  const { troubles } = (await at.ask(guanxi, 'GET', '/system')).body as System
  assert.deepEqual(
    troubles.map(({ kind, what }) => [kind, what]),
    [['backup', file]],
  )

  const refused = await over(await take())
  assert.equal(refused.error!.code, 'backups.no_room', 'one that cannot fit is not begun')
  assert.match(refused.error!.message, /about \d+ MB needed/)
  empty()
  assert.equal((await over(await take())).state, 'done')
  assert.equal(backups().length, 2)
  assert.equal(sum(first.file), before)
})

test('an upload that the disk cannot take leaves nothing of it', async () => {
  const listed = backups()
  const bytes = readFileSync(join(disk, 'backups', listed[0]!))
  const empty = fill('ballast', 100)
  const answer = await fetch(`${guanxi.url}/api/v1/backups/file?name=brought.zip`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${at.key}`,
      'content-type': 'application/zip',
      'accept-language': 'zh',
    },
    body: bytes,
  })
  const problem = (await answer.json()) as { code: string; detail: string }
  assert.deepEqual([answer.status, problem.code], [507, 'backups.disk_full'])
  assert.match(problem.detail, /磁盘已满/)
  assert.deepEqual(backups(), listed)
  empty()
})
