import type { Ctx } from '../../../kernel/ctx.ts'
import { masked } from '../../../kernel/scope.ts'
import { companyOf } from '../company.ts'
import { contactKinds, type PartyFilter } from '../contract.ts'
import { type Piece, written } from '../filter/piece.ts'
import { type Read, readFilter, unitsBelow } from '../filter/resolve.ts'
import { folded, headsAsked } from '../names/heads.ts'
import { parseQuery, type Query } from '../names/search.ts'
import { maskOf } from '../rules.ts'
import { headColumns, listHeads } from './find.columns.ts'
import { isExact, marksOf } from './marks.ts'
import type { Alone } from './sample.ts'

/** Which part of the sort indexes a list walks: all of it, some units' parts, or one owner's. */
export type Part =
  | { kind: 'all' }
  | { kind: 'units'; unit_ids: readonly number[] }
  | { kind: 'owner'; owner_id: number }

export type Where = {
  part: Part
  /** left over when the part is an owner's */
  unit_ids: readonly number[] | null
  roles: string[]
  tags: string[]
  kind: string | null
  country: string | null
  unowned: boolean
  q: Query | null
  /** kinds of contact points that this caller may search; null: all of them */
  contacts: string[] | null
  live: boolean
  /** what the filter asks beyond all this */
  tree: Piece | null
  /** where that is one condition on a custom field */
  alone?: Alone | null
  /** and its slots tell who meets it: rows `s` of party_slot, one a party */
  among?: Piece | null
  /** slots that all who meet it have */
  slotted?: Piece | null
  /** rows `k` of party_bucket that alone can meet it; see ../fields/buckets.ts */
  roughly?: Piece | null
}

/** What the caller asks, cut to what the caller reaches; null when that is nothing. */
export async function resolve(ctx: Ctx, query: PartyFilter & { trash?: boolean }): Promise<Where | null> {
  const { reach } = ctx
  const filter = await filterOf(ctx, query)
  const wanted = filter.unit_id === null ? null : await unitsBelow(ctx, filter.unit_id)
  const reached = reach.kind === 'units' ? reach.unit_ids : null
  const unit_ids = wanted && reached ? wanted.filter((id) => reached.includes(id)) : (wanted ?? reached)
  const asked =
    filter.owner === 'me' ? ctx.who.id : typeof filter.owner === 'number' ? filter.owner : undefined
  const own = reach.kind === 'own' ? reach.user_id : undefined
  const owner_id = asked ?? own
  if (query.owner === 'none' && query.owner_id !== undefined) return null
  if (filter.owner === 'none' && owner_id !== undefined) return null
  if (own !== undefined && owner_id !== own) return null
  if (filter.owner === 'me' && ctx.who.kind !== 'user') return null
  if (unit_ids?.length === 0) return null
  const text = query.q?.trim()
  const q = text ? parseQuery(text, (await companyOf(ctx)).region) : null
  if (q && q.chars.length + q.words.length === 0) return null
  const part: Part =
    owner_id !== undefined
      ? { kind: 'owner', owner_id }
      : unit_ids
        ? { kind: 'units', unit_ids }
        : { kind: 'all' }
  return {
    part,
    unit_ids: part.kind === 'owner' ? unit_ids : null,
    roles: filter.roles,
    tags: filter.tags,
    kind: filter.kind,
    country: filter.country,
    unowned: filter.owner === 'none',
    q,
    contacts: searchable(ctx),
    live: !query.trash,
    tree: filter.rest,
    alone: filter.alone,
    among: filter.among,
    slotted: filter.slotted,
    roughly: filter.roughly,
  }
}

const NOTHING: Read = {
  ...{ roles: [], tags: [], kind: null, country: null, owner: null, unit_id: null },
  rest: null,
  alone: null,
  among: null,
  slotted: null,
  roughly: null,
}

/** The tree and the simple parameters beside it: all of them must meet. */
async function filterOf(ctx: Ctx, query: PartyFilter): Promise<Read> {
  const { role, tag, kind, country, unit_id, owner_id } = query
  const owner = query.owner ?? owner_id ?? null
  const simple = { kind: kind ?? null, country: country ?? null, owner, unit_id: unit_id ?? null }
  const tree = query.filter === undefined ? NOTHING : await readFilter(ctx, query.filter, simple)
  return {
    ...simple,
    roles: [...new Set([...(role ? [role] : []), ...tree.roles])],
    tags: [...new Set([...(tag ? [tag] : []), ...tree.tags])],
    kind: simple.kind ?? tree.kind,
    country: simple.country ?? tree.country,
    owner: simple.owner ?? tree.owner,
    unit_id: simple.unit_id ?? tree.unit_id,
    rest: tree.rest,
    alone: tree.alone,
    among: tree.among,
    slotted: tree.slotted,
    roughly: tree.roughly,
  }
}

/** Kinds of contact points that the caller may find by; null: all. */
export function searchable(ctx: Ctx): string[] | null {
  const seen = contactKinds.filter((kind) => {
    const field = maskOf[kind]
    return field === null || !masked(ctx, field)
  })
  return seen.length === contactKinds.length ? null : seen
}

/** pg would escape each of a page's ids as any text, for a twentieth of what the page costs. */
const idsText = (ids: unknown): unknown => (Array.isArray(ids) ? `{${ids.join(',')}}` : ids)

/** Values of a statement under way: `$(value)` is its next parameter. */
export class Params {
  readonly values: unknown[] = []
  readonly $ = (value: unknown, type: string): string =>
    `$${this.values.push(type === 'bigint[]' ? idsText(value) : value)}::${type}`
}

/** The bits of the sort indexes that must be set; none asked: null. */
function wantedMarks(where: Where): number | null {
  const marks = marksOf({ ...where, beyond_ascii: where.q !== null && where.q.chars.length > 0 })
  return marks === 0 ? null : marks
}

/** Whether the indexes know what is searched: the beginnings of words, characters. */
export const knowsHeads = ({ q }: Where): boolean => q !== null && headsAsked(q) !== null

/**
 * What an entry of a sort index must meet, of what `recheck` asks of the row: as much as entries know. coalesce: the planner
 * would take bits for a rarity, and send workers along the whole order for a page.
 */
export function passes(where: Where, { $ }: Params): string[] {
  const conditions: string[] = []
  const marks = wantedMarks(where)
  if (marks !== null) {
    const wanted = $(marks, 'bigint')
    conditions.push(`marks & ${wanted} = ${wanted}`)
  }
  const heads = (where.q && headsAsked(where.q)) ?? []
  const [columns, wantedBits] =
    where.part.kind === 'owner' ? [headColumns, heads] : [listHeads, folded(heads)]
  for (const [i, bits] of wantedBits.entries()) {
    if (bits === 0) continue
    const wanted = $(bits, 'integer')
    conditions.push(`${columns[i]} & ${wanted} = ${wanted}`)
  }
  // As a sum it is no condition to take a unit's index for.
  if (where.unit_ids && where.part.kind === 'all')
    conditions.push(`unit_id + 0 = any(${$(where.unit_ids, 'bigint[]')})`)
  return conditions.length === 0 ? [] : [`coalesce(${conditions.join(' and ')}, false)`]
}

/** Where the orders of a part stand: an owner's beside the owner. */
export const ordersOf = ({ kind }: Part): string => (kind === 'owner' ? 'party_own' : 'party_list')

/** Rows of a part found by what its index says of words, without a look at the others. */
export function near(where: Where, params: Params): string {
  const { part, live } = where
  if (!live || part.kind === 'all' || !knowsHeads(where)) return 'party_listed r'
  const whose =
    part.kind === 'owner'
      ? `owner_id = ${params.$(part.owner_id, 'bigint')}`
      : `unit_id = any(${params.$(part.unit_ids, 'bigint[]')})`
  return `(select party_id from ${ordersOf(part)} where ${['live', whose, ...passes(where, params)].join(' and ')} offset 0) w,
    lateral (select * from party_listed l where l.party_id = w.party_id offset 0) r`
}

/** What the row itself must meet beyond its part and marks: shared bits, search, an owner's units, nobody's. */
export const recheck = (where: Where, r: string, params: Params): string[] => [
  ...(where.unowned ? [`${r}.owner_id is null`] : []),
  ...beyondMarks(where, r, params),
]

function beyondMarks(where: Where, r: string, { $ }: Params): string[] {
  const conditions: string[] = []
  const own = where.roles.filter((role) => !isExact(role))
  if (own.length > 0) conditions.push(`${r}.roles @> ${$(own, 'text[]')}`)
  if (where.tags.length > 0) conditions.push(`${r}.tags @> ${$(where.tags, 'text[]')}`)
  if (where.country) conditions.push(`${r}.country = ${$(where.country, 'text')}`)
  if (where.unit_ids) conditions.push(`${r}.unit_id = any(${$(where.unit_ids, 'bigint[]')})`)
  if (where.q) conditions.push(...search(where.q, where.contacts, r, { $ } as Params))
  if (where.tree) conditions.push(`(${written(where.tree, r, { $ } as Params)})`)
  return conditions
}

/** Whether the rows of the order that is walked hold all that is asked of them: one condition on a custom field. */
export const isAlone = ({ part, alone, q, country, tags, roles, unowned, live }: Where): boolean =>
  !!alone && live && part.kind !== 'owner' && !q && !country && !unowned && tags.length + roles.length === 0

/** The same filter in conditions that the planner has statistics for, and GIN indexes. */
export function plainly(where: Where, r: string, params: Params): string[] {
  const { $ } = params
  // Who was erased is not in the trash: nothing brings them back.
  const erased = `select from party e where e.party_id = ${r}.party_id and e.erased_at is not null`
  const conditions = [where.live ? `${r}.live` : `not ${r}.live and not exists (${erased})`]
  if (where.part.kind === 'units')
    conditions.push(`${r}.unit_id = any(${$(where.part.unit_ids, 'bigint[]')})`)
  if (where.part.kind === 'owner') conditions.push(`${r}.owner_id = ${$(where.part.owner_id, 'bigint')}`)
  if (where.roles.length > 0) conditions.push(`${r}.roles @> ${$(where.roles, 'text[]')}`)
  if (where.kind) conditions.push(`${r}.kind = ${$(where.kind, 'text')}`)
  if (where.unowned)
    conditions.push(
      `${r}.party_id in (select u.party_id from party_own u where u.owner_id is null and u.live)`,
    )
  return [...conditions, ...beyondMarks(where, r, params)]
}

/** For whoever reads all of them rather than a page: where fields are fast, by their slots first. Nobody in the trash has any. */
export const wholly = (where: Where, r: string, params: Params): string[] => [
  ...plainly(where, r, params),
  ...(where.slotted && where.live ? [written(where.slotted, r, params)] : []),
]

// unscoped: narrows rows that `plainly` and the walked part keep within reach
/** A contact point finds its party only where the caller may see that kind of contact point. */
export function search(q: Query, contacts: string[] | null, r: string, params: Params): string[] {
  if (!q.or?.length) return every(q, contacts, r, params)
  const ways = [q, ...q.or].map((way) => every(way, contacts, r, params)).filter((way) => way.length > 0)
  return ways.length === 0 ? [] : [`(${ways.map((way) => `(${way.join(' and ')})`).join(' or ')})`]
}

function every(q: Query, contacts: string[] | null, r: string, { $ }: Params): string[] {
  const conditions = q.chars.length > 0 ? [`${r}.search_chars @> ${$(q.chars, 'text[]')}`] : []
  for (const word of q.words) {
    const like = $(word, 'text')
    // The trigrams of one letter are in every address: a domain's words begin with it. Three letters find by a contact point.
    if (word.startsWith('% ')) {
      conditions.push(`${r}.search_text like ${like}`)
      continue
    }
    const allowed =
      contacts === null
        ? ''
        : ` and exists (select from contact_point c where c.party_id = ${r}.party_id
             and c.kind = any(${$(contacts, 'text[]')}) and ' ' || lower(c.value_key) || ' ' like ${like})`
    conditions.push(`(${r}.search_text like ${like} or (${r}.search_contact like ${like}${allowed}))`)
  }
  return conditions
}

/** The same question has the same key, whoever asks it. */
export const keyOf = (where: Where): string => JSON.stringify(where)
