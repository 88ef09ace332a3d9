import { record } from '../../kernel/audit.ts'
import { atomically, type Ctx, planned } from '../../kernel/ctx.ts'
import type { Keeper } from '../../kernel/personal.ts'
import { personOf } from '../parties/erasing/person.ts'
import { forgetCounts } from '../parties/list/count.ts'
import { write } from './erase.ts'
import { type Entry, readLedger } from './ledger.ts'

// unscoped: runs for the house after a restore and answers nobody

export type Reapplied = { erased: number; gone: number; others: number }

/**
 * After a restore: whoever was erased since the backup was taken is erased again. A party that the backup does not
 * know (made and erased after it) is only entered, so that its number is never taken for somebody else's. One that has
 * the number but was made at another instant is of another house: it was never erased.
 */
export async function reapplyErasures(ctx: Ctx, keepers: readonly Keeper[]): Promise<Reapplied> {
  const done: Reapplied = { erased: 0, gone: 0, others: 0 }
  const rows = await planned<{ erasure_id: number }>(ctx, 'select erasure_id from erasure', [])
  const known = new Set(rows.map(({ erasure_id }) => erasure_id))
  for (const entry of (await readLedger(ctx.house)).held) {
    if (known.has(entry.erasure_id)) continue
    if (await isAnother(ctx, entry)) done.others += 1
    else if (await again(ctx, keepers, entry)) done.erased += 1
    else done.gone += 1
  }
  forgetCounts(ctx.house)
  return done
}

async function isAnother(ctx: Ctx, { party_id, party_created_at }: Entry): Promise<boolean> {
  const rows = await planned(ctx, 'select from party where party_id = $1 and created_at <> $2::timestamptz', [
    party_id,
    party_created_at ?? null,
  ])
  return rows.length > 0
}

async function again(ctx: Ctx, keepers: readonly Keeper[], entry: Entry): Promise<boolean> {
  const by = { ...ctx.who, kind: entry.actor_kind, id: entry.actor_id }
  return atomically({ ...ctx, who: by }, async (ctx) => {
    const [party] = await planned<{ there: boolean }>(
      ctx,
      'select created_at <= $2::timestamptz and erased_at is null as there from party where party_id = $1 for update',
      [entry.party_id, entry.at],
    )
    if (!party?.there) {
      await enter(ctx, entry)
      return false
    }
    const person = await personOf(ctx, entry.party_id)
    await write(ctx, keepers, person, { ...entry, reference: '', reapplied_at: ctx.now })
    return true
  })
}

async function enter(ctx: Ctx, entry: Entry): Promise<void> {
  await planned(
    ctx,
    `insert into erasure (party_id, erasure_id, home_party_id, at, actor_kind, actor_id, ground, reapplied_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      entry.party_id,
      entry.erasure_id,
      entry.home_party_id,
      entry.at,
      entry.actor_kind,
      entry.actor_id,
      entry.ground,
      ctx.now,
    ],
  )
  await record(ctx, {
    action: 'parties.erasure_entered',
    subject: 'erasure',
    subject_id: entry.erasure_id,
    event: false,
  })
}
