import { type Ctx, planned } from '../../kernel/ctx.ts'
import type { Follows, Moving } from '../../kernel/follow.ts'
import { type Phrase, phrase } from '../../kernel/text.ts'
import { type Merge, movingOf } from './moving.ts'

// What came to the survivor after a merge: a person decides whose it is when they are parted. unscoped: the caller has
// reached the survivor.

export type Came = {
  item: string
  table: string
  key: string
  says: string
  shows: string
  at: string | null
}

// Of each kind; the rest stays with the survivor unless the whole kind is given.
export const CAME_MAX = 200

const keyText = (row: string, key: readonly string[]) =>
  `jsonb_build_object(${key.map((k) => `'${k}', ${row}."${k}"`).join(', ')})`

type Row = { key: string; shows: string; at: string | null }
const cameOf = (ctx: Ctx, { table, key, at, shows }: Moving, merge: Merge & { at: string }, limit: number) =>
  planned<Row>(
    ctx,
    `select ${keyText('x', key)}::text as key, left(${shows ?? "''"}::text, 200) as shows, x."${at}" as at from "${table}" x
     where x.party_id = $2 and x."${at}" >= $3 and not exists (
       select from identity_moved m join identity_merge g on g.party_id = m.party_id and g.merge_id = m.merge_id
       where g.survivor_id = $2 and m.table_name = $4 and (g.merge_id = $1 or g.unmerged_at is null)
         and m.what = 'moved' and m.key = ${keyText('x', key)})
     order by x."${at}", 1 limit $5`,
    [merge.merge_id, merge.survivor_id, merge.at, table, limit],
  )

const asked = (follow: Moving): follow is Moving & { at: string; says: Phrase } =>
  !follow.along && follow.at !== undefined && follow.says !== undefined

export async function cameAfter(
  ctx: Ctx,
  follows: readonly Follows[],
  merge: Merge & { at: string },
  limit = CAME_MAX,
): Promise<Came[]> {
  const found: Came[] = []
  for (const follow of movingOf(follows).filter(asked)) {
    const rows = await cameOf(ctx, follow, merge, limit)
    for (const { key, shows, at } of rows)
      found.push({
        item: `${follow.table}:${Object.values(JSON.parse(key) as object).join('/')}`,
        table: follow.table,
        key,
        says: phrase(follow.says, ctx.locale),
        shows,
        at,
      })
  }
  return found
}
