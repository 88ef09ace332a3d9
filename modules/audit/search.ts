import { type Ctx, planned } from '../../kernel/ctx.ts'
import { decodeCursor, encodeCursor } from '../../kernel/cursor.ts'
import { refuse } from '../../kernel/refuse.ts'
import { scopeSql } from '../../kernel/scope.ts'
import type { AuditFilter, Source } from './contract.ts'
import { unseenBy } from './unseen.ts'

// The audit by key, newest first. What an index answers (time, who, action, request, party) bounds the walk; the rest
// (field, source, kind of thing, scope) is tested row by row in windows of that walk, until the page is full or the
// time is up: then the page is short, says how far back it looked, and `next` goes on from there.

const WINDOW = 20_000
const BUDGET_MS = 500

export type Place = { at: string; id: number }
export type Found = { audit_id: number; at: string; party_id: number }
export type Searched = { found: Found[]; next: Place | null; searched_to: string | null }

const IMPORT_LIST = ['imports.imported', 'imports.undone', 'imports.redone']
  .map((one) => `'${one}'`)
  .join(', ')

/** Conditions over `a`: `walk` is what indexes know. */
export class Conditions {
  readonly values: unknown[] = []
  readonly walk: string[] = []
  readonly rest: string[] = []
  readonly $ = (value: unknown): string => `$${this.values.push(value)}`
}

// unscoped: the scope is the last condition; audit rows about no party are for whoever reaches all
export function conditionsOf(ctx: Ctx, filter: AuditFilter): Conditions {
  const c = new Conditions()
  const { $ } = c
  if (filter.party_id !== undefined) c.walk.push(`a.party_id = ${$(filter.party_id)}::bigint`)
  if (filter.request_id !== undefined) c.walk.push(`a.request_id = ${$(filter.request_id)}`)
  if (filter.actor !== undefined) c.walk.push(`a.actor_kind = ${$(filter.actor)}`)
  if (filter.actor_id !== undefined) {
    if (filter.actor === undefined) c.walk.push(`a.actor_kind in ('user', 'key')`)
    c.walk.push(`a.actor_id = ${$(filter.actor_id)}::bigint`)
  }
  if (filter.action !== undefined) {
    const actions = filter.action.split(',').map((one) => one.trim())
    // Row by row where there are several: an index by action gives the time order of one only.
    if (actions.length === 1) c.walk.push(`a.action = ${$(actions[0])}`)
    else c.rest.push(`a.action = any(${$(actions)}::text[])`)
  }
  if (filter.from !== undefined) c.walk.push(`a.at >= ${$(instant(filter.from))}::timestamptz`)
  if (filter.to !== undefined) c.walk.push(`a.at < ${$(instant(filter.to))}::timestamptz`)
  if (filter.subject !== undefined) c.rest.push(`a.subject = ${$(filter.subject)}`)
  if (filter.subject_id !== undefined) c.rest.push(`a.subject_id = ${$(filter.subject_id)}::bigint`)
  if (filter.field !== undefined) c.rest.push(fieldSql(c, filter.field))
  // What is newer than the newest import came another way.
  if (filter.source === 'import')
    c.walk.push(`a.at <= (select max(i.at) from audit i where i.action in (${IMPORT_LIST}))`)
  if (filter.source !== undefined) c.rest.push(`(${sourceSql('a')}) = ${$(filter.source satisfies Source)}`)
  if (ctx.reach.kind !== 'all') {
    const scope = scopeSql(ctx.reach, 'p', c.values.push(null))
    c.values[c.values.length - 1] = scope.value
    c.rest.push(`exists (select from party p where p.party_id = a.party_id and ${scope.text})`)
  }
  return c
}

function instant(text: string): string {
  const at = Date.parse(text)
  return Number.isNaN(at) ? refuse('kernel.invalid', 422) : new Date(at).toISOString()
}

const CONTACTS: Record<string, readonly string[]> = {
  phone: ['phone'],
  email: ['email'],
  address: ['address'],
  web: ['web'],
  wechat: ['wechat_openid', 'wechat_unionid'],
}

/** A contact point has no field called phone: it is one. */
function fieldSql({ $ }: Conditions, field: string): string {
  const kinds = CONTACTS[field]
  if (kinds) return `(a.subject = 'contact_point' and a.payload ->> 'kind' = any(${$(kinds)}::text[]))`
  if (field === 'external_id') return `a.subject = 'external_id'`
  return `a.payload ? ${$(field)}`
}

/** By what way a change came: bulk imports share their request with the import's own record. */
export const sourceSql = (a: string): string => `case
  when ${a}.request_id = any(array(select i.request_id from audit i where i.action in (${IMPORT_LIST}))) then 'import'
  when ${a}.actor_kind = 'cli' or ${a}.request_id like 'cli-%' then 'cli' when ${a}.actor_kind = 'key' then 'api'
  when ${a}.request_id ~ '^(run|job|system)-' then 'job' else 'page' end`

export function placeOf(cursor: string | undefined): Place | null {
  if (cursor === undefined) return null
  const [at, id] = decodeCursor(cursor, ['string', 'number'])
  if (Number.isNaN(Date.parse(String(at)))) return refuse('kernel.bad_cursor', 400)
  return { at: String(at), id: Number(id) }
}
export const cursorOf = ({ at, id }: Place): string => encodeCursor([at, id])

export async function search(
  ctx: Ctx,
  filter: AuditFilter,
  from: Place | null,
  limit: number,
): Promise<Searched> {
  const asked = await asSeen(ctx, filter)
  const { rest } = conditionsOf(ctx, asked)
  return rest.length === 0 ? straight(ctx, asked, from, limit) : windowed(ctx, asked, from, limit)
}

/** A field that the caller does not see is asked for as one that never was: no record names it. */
const asSeen = async (ctx: Ctx, filter: AuditFilter): Promise<AuditFilter> =>
  filter.field && (await unseenBy(ctx)).has(filter.field) ? { ...filter, field: '' } : filter

const before = ({ $, walk }: Conditions, from: Place | null): string => {
  const keyset = from ? [`(a.at, a.audit_id) < (${$(from.at)}::timestamptz, ${$(from.id)}::bigint)`] : []
  const all = [...keyset, ...walk]
  return all.length > 0 ? `where ${all.join(' and ')}` : ''
}
const columns = 'a.audit_id, a.at, a.party_id'
const order = 'order by a.at desc, a.audit_id desc'

async function straight(ctx: Ctx, filter: AuditFilter, from: Place | null, limit: number): Promise<Searched> {
  const c = conditionsOf(ctx, filter)
  const rows = await planned<Found>(
    ctx,
    `select ${columns} from audit a ${before(c, from)} ${order} limit ${limit + 1}`,
    c.values,
  )
  const found = rows.slice(0, limit)
  const last = rows.length > limit ? found.at(-1)! : null
  return { found, next: last && { at: last.at, id: last.audit_id }, searched_to: null }
}

type Window = { n: number; edge_at: string | null; edge_id: number | null; hits: Found[] | null }

async function windowed(ctx: Ctx, filter: AuditFilter, from: Place | null, limit: number): Promise<Searched> {
  const started = Date.now()
  const found: Found[] = []
  for (let place = from; ; ) {
    const c = conditionsOf(ctx, filter)
    const [row] = await planned<Window>(
      ctx,
      `with w as materialized (select a.* from audit a ${before(c, place)} ${order} limit ${WINDOW})
       select (select count(*)::int from w) as n, e.at as edge_at, e.audit_id as edge_id,
         (select json_agg(json_build_object('audit_id', h.audit_id, 'at', h.at, 'party_id', h.party_id) order by h.at desc, h.audit_id desc)
          from (select ${columns} from w a where ${c.rest.join(' and ')} ${order} limit ${limit + 1 - found.length}) h) as hits
       from (select 1) one left join lateral (select at, audit_id from w order by at, audit_id limit 1) e on true`,
      c.values,
    )
    found.push(...(row!.hits ?? []).map((hit) => ({ ...hit, at: new Date(hit.at).toISOString() })))
    if (found.length > limit) {
      const page = found.slice(0, limit)
      const last = page.at(-1)!
      return { found: page, next: { at: last.at, id: last.audit_id }, searched_to: null }
    }
    if (row!.n < WINDOW) return { found, next: null, searched_to: null }
    place = { at: row!.edge_at!, id: row!.edge_id! }
    if (Date.now() - started > BUDGET_MS) return { found, next: place, searched_to: place.at }
  }
}
