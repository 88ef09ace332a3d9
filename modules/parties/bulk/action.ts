import type { Ctx } from '../../../kernel/ctx.ts'
import { refuse } from '../../../kernel/refuse.ts'
import { mustReach, mustSee, reachOf } from '../../../kernel/scope.ts'
import { type BulkAction, COUNTRY, channels } from '../contract.ts'
import { ownerName, unitName } from '../input.ts'
import { refuseUndefined } from '../labels/policy.ts'
import type { Params } from '../list/where.ts'
import { cleanTags, dayIn } from '../rules.ts'
import { type Custom, checkedValue, customKey } from './custom.ts'

// What an action does to one party, as SQL over its row `p`: judged once here for the preview and for the writing.

/** What it sets of a `party`, as SQL over its row `p`, judged row `j` and the row `t` that is written. */
export type Target = {
  column: 'owner_id' | 'unit_id' | 'tags' | 'country' | 'language' | 'channel_preference' | 'live' | 'fields'
  type: string
  /** as records call it */
  name: string
  old: string
  put: string
}
export type Sets = Target & {
  next: string
  /** a code of parties.bulk_why, or null */
  refused: string
}
export type Plan = { kind: 'set'; sets: Sets } | { kind: 'end_role'; role: string; today: string }

const columns = {
  assign: ['owner_id', 'bigint'],
  unit: ['unit_id', 'bigint'],
  add_tags: ['tags', 'text[]'],
  remove_tags: ['tags', 'text[]'],
  retag: ['tags', 'text[]'],
  country: ['country', 'text'],
  language: ['language', 'text'],
  channel_preference: ['channel_preference', 'text'],
  trash: ['live', 'boolean'],
  restore: ['live', 'boolean'],
} as const

/** What it sets, so that its way back knows; null: a market role. */
export function targetOf(action: BulkAction): Target | null {
  if (action.do === 'end_role') return null
  const key = customKey(action)
  if (key !== null) return customTarget(key)
  const name = action.do === 'set' ? action.field : action.do
  const [column, type] =
    columns[name as keyof typeof columns] ?? refuse('parties.bulk_value', 422, { field: name })
  return { column, type, name: column, old: `p.${column}`, put: 'j.next' }
}

/** One key of many: none is a json null, in the record too, and no key in the row. `key` is letters, digits and _. */
const customTarget = (key: string): Target => ({
  column: 'fields',
  type: 'jsonb',
  name: `fields.${key}`,
  old: `coalesce(p.fields -> '${key}', 'null')`,
  put: `case when j.next = 'null' then t.fields - '${key}' else t.fields || jsonb_build_object('${key}', j.next) end`,
})

/** As the person who asks may do it to one party: the same refusals, once for all of them. */
export async function withReach(ctx: Ctx, action: BulkAction): Promise<Ctx> {
  const permission = action.do === 'trash' || action.do === 'restore' ? 'parties:delete' : 'parties:write'
  const reach = ctx.who.kind === 'system' || ctx.who.kind === 'cli' ? ctx.reach : reachOf(ctx.who, permission)
  if (!reach) return refuse('kernel.not_allowed', 403, { permission })
  return { ...ctx, reach }
}

export async function checked(ctx: Ctx, action: BulkAction): Promise<BulkAction> {
  const { reach } = ctx
  const unit_id = reach.kind === 'units' ? (reach.unit_ids[0] ?? 0) : ctx.who.unit_id
  if (action.do === 'assign') {
    await ownerName(ctx, action.owner_id)
    mustReach(ctx, { unit_id, owner_id: action.owner_id })
  }
  if (action.do === 'unit') {
    await unitName(ctx, action.unit_id)
    const moved = { unit_id: action.unit_id, owner_id: ctx.who.id }
    mustReach(ctx, moved)
    mustSee(ctx, moved)
  }
  if (action.do === 'add_tags' || action.do === 'remove_tags') {
    const tags = cleanTags(action.tags)
    if (action.do === 'add_tags') await refuseUndefined(ctx, tags)
    return tags.length > 0 ? { ...action, tags } : refuse('parties.bulk_value', 422, { field: 'tags' })
  }
  if (action.do === 'retag') {
    const to =
      action.to === null
        ? null
        : (cleanTags([action.to])[0] ?? refuse('parties.bulk_value', 422, { field: 'tags' }))
    if (to !== null) await refuseUndefined(ctx, [to], action.from)
    return { ...action, from: cleanTags(action.from), to }
  }
  if (action.do !== 'set') return action
  const key = customKey(action)
  if (key !== null) return checkedValue(ctx, action, key)
  if (!isValue(action.field, action.value)) return refuse('parties.bulk_value', 422, { field: action.field })
  return action
}

function isValue(field: string, value: unknown): boolean {
  if (value === null) return true
  if (typeof value !== 'string') return false
  if (field === 'country') return new RegExp(COUNTRY).test(value)
  if (field === 'language') return value === 'zh-CN' || value === 'en'
  return (channels as readonly string[]).includes(value)
}

const GONE = `when p.erased_at is not null then 'erased'`
const NOT_LIVE = `case ${GONE} when not p.live then 'in_trash' end`

export function planOf(ctx: Ctx, action: BulkAction, { $ }: Params, custom: Custom | null): Plan {
  const target = targetOf(action)
  if (!target) {
    const { role } = action as Extract<BulkAction, { do: 'end_role' }>
    return { kind: 'end_role', role, today: dayIn(ctx.now, ctx.zone) }
  }
  const set = (next: string, refused = NOT_LIVE): Plan => ({
    kind: 'set',
    sets: { ...target, next, refused },
  })
  switch (action.do) {
    case 'assign':
      return set($(action.owner_id, 'bigint'))
    case 'unit':
      return set($(action.unit_id, 'bigint'))
    case 'add_tags': {
      const tags = $(action.tags, 'text[]')
      const next = `(p.tags || array(select t from unnest(${tags}) with ordinality as u (t, o) where t <> all(p.tags) order by o))`
      return set(
        next,
        `case ${GONE} when not p.live then 'in_trash' when cardinality(${next}) > 50 then 'tags_full' end`,
      )
    }
    case 'remove_tags':
      return set(
        `array(select t from unnest(p.tags) with ordinality as u (t, o) where t <> all(${$(action.tags, 'text[]')}) order by o)`,
      )
    case 'retag': {
      // In the place of the first of them; once, where the party has the new one too.
      const become = action.to === null ? `null::text` : $(action.to, 'text')
      const old = $(action.from, 'text[]')
      return set(
        `case when p.tags && ${old} then array(select t from (select distinct on (t) t, o from (
           select case when u.t = any(${old}) then ${become} else u.t end as t, u.o from unnest(p.tags) with ordinality as u (t, o)) v
           where t is not null order by t, o) w order by o) else p.tags end`,
      )
    }
    case 'set': {
      if (!custom) return set($(action.value, 'text'))
      const next = $(JSON.stringify(action.value), 'jsonb')
      if (custom.held_by === null) return set(next)
      const other = `p.party_id <> ${$(custom.held_by, 'bigint')}`
      return set(next, `case ${GONE} when not p.live then 'in_trash' when ${other} then 'taken' end`)
    }
    default:
      return set(String(action.do === 'restore'), `case ${GONE} end`)
  }
}
