import { type Ctx, named } from '../../../kernel/ctx.ts'
import { notFound, refuse } from '../../../kernel/refuse.ts'
import { scopeSql } from '../../../kernel/scope.ts'

// A merged party is asked for by its old id for years: in links, files and other systems.

/** Who stands for it now, if it was merged and the caller reaches them. */
export async function survivorOf(ctx: Ctx, id: number): Promise<number | null> {
  const scope = scopeSql(ctx.reach, 'p', 2)
  const [row] = await named<{ party_id: number }>(
    ctx,
    `parties.survivor.${ctx.reach.kind}`,
    `with recursive w as (
       select merged_into as id from party where party_id = $1 and merged_into is not null
       union all select p.merged_into from w join party p on p.party_id = w.id where p.merged_into is not null
     )
     select p.party_id from w join party p on p.party_id = w.id where p.merged_into is null and ${scope.text}`,
    [id, scope.value],
  )
  return row?.party_id ?? null
}

/** Of an id that names no party of the caller's: who it became, or nobody. */
export async function refuseGone(ctx: Ctx, id: number): Promise<never> {
  const merged_into = await survivorOf(ctx, id)
  return merged_into === null ? notFound() : refuse('parties.merged', 409, { merged_into })
}

/** SQL: the party and all that were merged into it, and into those. Their records are its history. */
export const homesSql = (id: string): string =>
  `array(with recursive h as (select ${id}::bigint as id union all select p.party_id from party p join h on p.merged_into = h.id) select id from h)`

/** SQL: whom a reference leads to now, as rows of `party` under `as`, joined to the way there. */
export const leadsTo = (ids: string, as: string): string =>
  `(with recursive w as (
     select party_id as asked, party_id, merged_into from party where party_id = any(${ids})
     union all select w.asked, p.party_id, p.merged_into from w join party p on p.party_id = w.merged_into
   ) select asked, party_id from w where merged_into is null) w join party ${as} on ${as}.party_id = w.party_id`

// unscoped: says which ids are one, of ids that the caller has given
/** Whatever of these is or was one party: the ids under which it may be referred to. */
export async function aliasesOf(ctx: Ctx, ids: readonly number[]): Promise<number[]> {
  const rows = await named<{ ids: number[] }>(
    ctx,
    'parties.aliases',
    `select ${homesSql('p.party_id')} as ids from ${leadsTo('$1::bigint[]', 'p')}`,
    [ids],
  )
  return [...new Set([...ids, ...rows.flatMap((row) => row.ids)])]
}

// unscoped: the caller has reached the party
/** The party's own id first. */
export async function homesOf(ctx: Ctx, id: number): Promise<number[]> {
  const [row] = await named<{ ids: number[] }>(ctx, 'parties.homes', `select ${homesSql('$1')} as ids`, [id])
  return row!.ids
}
