import { type Ctx, planned } from '../../kernel/ctx.ts'
import { scopeSql } from '../../kernel/scope.ts'

// What forms and filters offer: tags in use, people who may own.

const TAGS_MAX = 500
type Tag = { tag: string; count: number }

/** Tags in the caller's scope with how many live parties carry them, the most used first. */
export async function listTags(ctx: Ctx, { query }: { query: { q?: string } }) {
  const wanted = query.q?.trim().toLowerCase()
  const all = await (ctx.reach.kind === 'own' ? ownTags(ctx) : countedTags(ctx))
  const items = wanted ? all.filter(({ tag }) => tag.toLowerCase().includes(wanted)) : all
  return { items: items.slice(0, TAGS_MAX), age_ms: 0 }
}

/** From the counts per unit and label: '$' is the character after '#'. */
const countedTags = (ctx: Ctx): Promise<Tag[]> =>
  planned<Tag>(
    ctx,
    `select substr(label, 2) as tag, sum(delta)::bigint as count from party_count
     where label >= '#' and label < '$' and ($1::bigint[] is null or unit_id = any($1))
     group by label having sum(delta) > 0 order by count desc, label`,
    [ctx.reach.kind === 'units' ? ctx.reach.unit_ids : null],
  )

const ownTags = (ctx: Ctx): Promise<Tag[]> => {
  const { text, value } = scopeSql(ctx.reach, 'l', 1)
  return planned<Tag>(
    ctx,
    `select t.tag, count(*) as count from party_listed l, unnest(l.tags) as t (tag)
     where l.live and ${text} group by t.tag order by count desc, t.tag collate "C"`,
    [value],
  )
}

type Owner = { id: number; name: string; unit_id: number; unit_name: string }

/** Active people whose unit the caller reaches; with own rows only, oneself. */
export async function listOwners(ctx: Ctx, { query }: { query: { q?: string } }) {
  const { reach } = ctx
  const like = `%${(query.q ?? '').trim().replace(/[\\%_]/g, '\\$&')}%`
  const rows = await planned<Owner>(
    ctx,
    `select o.user_id as id, o.name, u.unit_id, u.name as unit_name from app_user o join unit u using (unit_id)
     where o.active and ($1::bigint[] is null or o.unit_id = any($1)) and ($2::bigint is null or o.user_id = $2)
       and (o.name ilike $3 or o.email like lower($3)) order by o.user_id limit 1000`,
    [reach.kind === 'units' ? reach.unit_ids : null, reach.kind === 'own' ? reach.user_id : null, like],
  )
  return {
    items: rows.map(({ id, name, unit_id, unit_name }) => ({
      id,
      name,
      unit: { id: unit_id, name: unit_name },
    })),
  }
}
