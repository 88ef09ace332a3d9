import { sql } from 'kysely'
import { type Ctx, planned } from '../../kernel/ctx.ts'
import { within } from '../../kernel/scope.ts'

// What forms and filters offer: tags in use, people who may own.

const TAGS_AGE_MS = 60_000
const TAGS_MAX = 500
type Tags = { tag: string; count: number }[]
const kept = new WeakMap<object, Map<string, { at: number; tags: Promise<Tags> }>>()

/** Tags in the caller's scope with how many live parties carry them; a minute old at most, and says so. */
export async function listTags(ctx: Ctx, { query }: { query: { q?: string } }) {
  let tags = kept.get(ctx.house)
  if (!tags) kept.set(ctx.house, (tags = new Map()))
  const key = JSON.stringify(ctx.reach)
  const now = Date.now()
  let entry = tags.get(key)
  if (!entry || now - entry.at > TAGS_AGE_MS) {
    entry = { at: now, tags: countTags(ctx) }
    if (tags.size > 1000) tags.clear()
    tags.set(key, entry)
    entry.tags.catch(() => tags.delete(key))
  }
  const wanted = query.q?.trim().toLowerCase()
  const all = await entry.tags
  const items = wanted ? all.filter(({ tag }) => tag.toLowerCase().includes(wanted)) : all
  return { items: items.slice(0, TAGS_MAX), age_ms: Date.now() - entry.at }
}

const countTags = async (ctx: Ctx): Promise<Tags> => {
  const { rows } = await sql<Tags[number]>`
    select t.tag, count(*) as count from party_list l, unnest(l.tags) as t (tag)
    where l.live and l.tags <> '{}' and ${within(ctx.reach, 'l')} group by t.tag order by count desc, t.tag collate "C"`.execute(
    ctx.db,
  )
  return rows
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
