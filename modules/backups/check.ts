import { randomBytes } from 'node:crypto'
import pg from 'pg'
import type { Ctx, House } from '../../kernel/ctx.ts'
import { dropDatabase } from '../../kernel/db.ts'
import { refuse } from '../../kernel/refuse.ts'
import { verifyAudit } from '../../kernel/verify.ts'
import { openArchive } from './archive/read.ts'
import { type RestoreState, restoreArchive } from './archive/restore.ts'
import type { SavedCheck } from './store.ts'

// A backup is worth what its restore is worth: it is restored into a database beside the house's own, each table is
// read back and compared byte for byte, its audit chain is proven, and the database is thrown away.
const SCRATCH = 'guanxi_check_'

export type Found = { ok: boolean; check: Omit<SavedCheck, 'at'> }

export async function tryBackup(
  house: House,
  path: string,
  onState: (state: RestoreState | { phase: 'proving' }) => void = () => {},
): Promise<Found> {
  const started = performance.now()
  const archive = await openArchive(path, house.seal_key)
  const owner = await house.connectOwner()
  const database = `${SCRATCH}${randomBytes(4).toString('hex')}`
  try {
    await sweepScratch(owner)
    await createScratch(owner, database)
    const { differences, rows } = await restoreArchive(house, archive, {
      database,
      compared: true,
      bare: true,
      onState,
    })
    onState({ phase: 'proving' })
    const { seal_key } = house
    const audit = await verifyAudit({ connect: () => house.connectOwner(database), seal_key })
    const differing = differences.map(({ table }) => table)
    const error =
      differing.length > 0
        ? { code: 'backups.differs', details: { tables: differing } }
        : audit.broken.length > 0
          ? { code: 'backups.audit_broken', details: { n: audit.broken.length } }
          : null
    return {
      ok: error === null,
      check: {
        tables: archive.manifest.tables.length,
        rows,
        differing,
        audit_ok: audit.broken.length > 0 ? false : audit.other_keys.length > 0 ? null : true,
        seconds: (performance.now() - started) / 1000,
        error,
      },
    }
  } finally {
    await archive.close()
    await dropDatabase(owner, database).catch(() => {})
    await owner.end()
  }
}

async function createScratch(owner: pg.Client, database: string): Promise<void> {
  const { rows } = await owner.query<{ collate: string; ctype: string }>(
    'select datcollate as collate, datctype as ctype from pg_database where datname = current_database()',
  )
  const { collate, ctype } = rows[0]!
  try {
    await owner.query(
      `create database "${database}" template template0 encoding 'UTF8' lc_collate ${owner.escapeLiteral(collate)} lc_ctype ${owner.escapeLiteral(ctype)}`,
    )
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === '42501') refuse('backups.no_createdb', 409)
    throw error
  }
}

/** Left by a check whose process was killed; one that is in use is another's. */
async function sweepScratch(owner: pg.Client): Promise<void> {
  const { rows } = await owner.query<{ name: string }>(
    `select datname as name from pg_database d where starts_with(datname, $1) and pg_get_userbyid(datdba) = current_user
       and not exists (select from pg_stat_activity a where a.datname = d.datname)`,
    [SCRATCH],
  )
  for (const { name } of rows) await owner.query(`drop database if exists "${name}"`).catch(() => {})
}

export const noteOf = (ctx: Ctx, { check }: Found): SavedCheck => ({
  ...check,
  at: ctx.house.clock().toISOString(),
})
