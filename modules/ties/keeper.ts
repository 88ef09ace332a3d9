import { type Ctx, planned } from '../../kernel/ctx.ts'
import type { Follows } from '../../kernel/follow.ts'
import type { Keeper } from '../../kernel/personal.ts'

// unscoped: the erasure has reached the party (modules/erasure). A tie is taken from both its ends in the same
// transaction: what is left on the other side would still name the person.

const says = { zh: '与他人、单位的关系', en: 'Ties to people and organisations' }
const OF = 'tie_id in (select tie_id from tie where party_id = $1 or other_id = $1)'

export const tieKeeper: Keeper = {
  async parts(ctx, { party_id }) {
    const [row] = await planned<{ n: number }>(
      ctx,
      'select count(distinct tie_id) as n from tie where party_id = $1 or other_id = $1',
      [party_id],
    )
    return [{ what: 'tie', says, fate: 'removed', count: row!.n }]
  },
  async erase(ctx, { party_id }) {
    await planned(ctx, `delete from tie where ${OF}`, [party_id])
  },
  async everything(ctx, { party_id }) {
    // Another person's name is that person's own; an organisation's is not.
    const rows = await planned<Record<string, unknown>>(
      ctx,
      `select t.kind, t.side, case when p.kind = 'organisation' then p.name end as organisation, t.title, t.department, t.relation,
         t.since, t.until, t.is_primary, t.source, t.note, t.created_at
       from tie t join party p on p.party_id = t.other_id where t.party_id = $1 order by t.created_at`,
      [party_id],
    )
    return [{ what: 'tie', says, rows }]
  },
}

export const tieFollows: Follows = {
  tables: [
    {
      table: 'tie',
      how: 'moves',
      key: ['tie_id', 'side'],
      also: ['other_id'],
      at: 'created_at',
      says: { zh: '关系', en: 'Ties' },
      shows: `concat_ws(' · ', x.kind, nullif(x.title, ''), x.since)`,
    },
  ],
}

/** For good, with their parties (modules/sample). */
export const purgeTies = (ctx: Ctx, party_ids: readonly number[]): Promise<unknown> =>
  planned(ctx, 'delete from tie where party_id = any($1::bigint[]) or other_id = any($1::bigint[])', [
    party_ids,
  ])
