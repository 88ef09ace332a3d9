import { type Ctx, planned } from '../../kernel/ctx.ts'
import { decodeCursor, encodeCursor } from '../../kernel/cursor.ts'
import type { Follows } from '../../kernel/follow.ts'
import { refuse } from '../../kernel/refuse.ts'
import { mask, masked, scopeSql } from '../../kernel/scope.ts'
import { phrase } from '../../kernel/text.ts'
import type { ContactKind } from '../parties/contract.ts'
import { fieldsSeen, labelOf } from '../parties/fields/catalogue.ts'
import { roleSayer } from '../parties/labels/known.ts'
import { customKey, heldIn } from '../parties/merging/fields.ts'
import { readParts, readRows } from '../parties/merging/rows.ts'
import { homesSql } from '../parties/merging/survivor.ts'
import { reachParty } from '../parties/party.ts'
import { maskOf } from '../parties/rules.ts'
import { type Came, cameAfter } from './after.ts'
import type { CameItem, Merged } from './contract.ts'
import { fieldText, text } from './text.ts'
import { mergesInto, newFields, newRoles, partable, type Stored } from './unmerge.ts'

type Row = {
  merge_id: number
  at: string
  survivor_id: number
  party_id: number
  name: string
  into_name: string
  actor_kind: Merged['by']['kind']
  actor_id: number
  actor_name: string | null
  /** of either: nothing is left to part */
  erased: boolean
}

const columns = `m.merge_id, m.at, m.survivor_id, m.party_id, p.name, s.name as into_name, m.actor_kind, m.actor_id, coalesce(u.name, k.name) as actor_name,
  p.erased_at is not null or s.erased_at is not null as erased`
const tables = `identity_merge m join party p on p.party_id = m.party_id join party s on s.party_id = m.survivor_id
  left join app_user u on m.actor_kind = 'user' and u.user_id = m.actor_id
  left join api_key k on m.actor_kind = 'key' and k.key_id = m.actor_id`

/** Also of those who came in with another: the whole tree. unscoped: the caller reaches the survivor. */
export async function mergesOf(
  ctx: Ctx,
  { params }: { params: { id: number } },
): Promise<{ items: Merged[] }> {
  await reachParty(ctx, params.id)
  const rows = await planned<Row>(
    ctx,
    `select ${columns} from ${tables}
     where m.unmerged_at is null and m.survivor_id = any(${homesSql('$1')}) order by m.merge_id desc`,
    [params.id],
  )
  return { items: rows.map((row) => shown(row, params.id)) }
}

type Query = { cursor?: string; limit?: number }
/** What one may still take back, wherever one did it. Who came in with another is parted after that one. */
export async function recentMerges(
  ctx: Ctx,
  { query }: { query: Query },
): Promise<{ items: Merged[]; next: string | null }> {
  const limit = query.limit ?? 50
  const [at, id] =
    query.cursor === undefined ? [null, null] : decodeCursor(query.cursor, ['string', 'number'])
  if (at !== null && Number.isNaN(Date.parse(String(at)))) refuse('kernel.bad_cursor', 400)
  // By the list's row: whose customers are few come in by them, not by walking through everybody's merges.
  const scope = scopeSql(ctx.reach, 'l', 4)
  const rows = await planned<Row>(
    ctx,
    `select ${columns} from ${tables} join party_listed l on l.party_id = m.survivor_id and l.live
     where m.unmerged_at is null and p.erased_at is null and ($1::timestamptz is null or (m.at, m.merge_id) < ($1, $2::bigint)) and ${scope.text}
     order by m.at desc, m.merge_id desc limit $3`,
    [at, id, limit + 1, scope.value],
  )
  const items = rows.slice(0, limit).map((row) => shown(row, row.survivor_id))
  const last = rows.length > limit ? items.at(-1)! : null
  return { items, next: last && encodeCursor([last.at, last.merge_id]) }
}

const shown = (row: Row, id: number): Merged => ({
  merge_id: row.merge_id,
  party: { id: row.party_id, name: row.name },
  into: { id: row.survivor_id, name: row.into_name },
  at: row.at,
  by: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
  can_part: row.survivor_id === id && !row.erased,
})

type Asked = { params: { id: number; merge_id: number } }
/** What a person decides about before they part two parties. */
export async function afterMerge(follows: readonly Follows[], ctx: Ctx, { params }: Asked) {
  await reachParty(ctx, params.id)
  const merge = await partable(ctx, params.id, params.merge_id)
  const { items } = await mergesOf(ctx, { params })
  const came = await cameAfter(ctx, follows, merge)
  return {
    merge: items.find(({ merge_id }) => merge_id === params.merge_id)!,
    items: [
      ...(await fieldItems(ctx, merge)),
      ...(await roleItems(ctx, merge)),
      ...came.map((one) => itemOf(ctx, one)),
    ],
  }
}

function itemOf(ctx: Ctx, { item, table, says, shows, at }: Came): CameItem {
  const said = table === 'contact_point' ? contactShown(ctx, shows) : hidden(ctx, table, shows)
  return { item, table, label: says, shows: said, at, goes: 'survivor' }
}

/** `phone +8613…`, as the caller may see it. */
function contactShown(ctx: Ctx, shows: string): string {
  const [kind, ...rest] = shows.split(' ')
  const field = maskOf[kind as ContactKind]
  const value = rest.join(' ')
  return field !== null && masked(ctx, field) ? mask(value, field) : value
}
/** A source may know people by their e-mail or phone. */
const hidden = (ctx: Ctx, table: string, shows: string): string =>
  // Of a date one sees only that there is one: which kind it is of, this does not say.
  table === 'occasion' && masked(ctx, 'birthday')
    ? '****'
    : table === 'external_id' && ctx.who.masks.size > 0
      ? shows.replace(/: .*$/, ': ****')
      : shows

async function fieldItems(ctx: Ctx, merge: Stored): Promise<CameItem[]> {
  const [row] = await readRows(ctx, [merge.survivor_id])
  const seen = new Map((await fieldsSeen(ctx)).map((field) => [field.key, field]))
  return newFields(merge, row!, await mergesInto(ctx, merge.survivor_id)).flatMap((item): CameItem[] => {
    const field = item.slice(item.indexOf(':') + 1)
    const kind = { item, at: null, goes: 'survivor' as const }
    if (item.startsWith('tag:'))
      return [{ ...kind, table: 'tag', label: phrase(fieldText.tags, ctx.locale), shows: field }]
    const key = customKey(field)
    const custom = key === null ? null : seen.get(key)
    if (custom === undefined) return []
    const label = custom
      ? labelOf(custom, ctx.locale)
      : phrase(fieldText[field as keyof typeof fieldText], ctx.locale)
    const value = heldIn(row!, field)
    const shows =
      value === null || value === undefined
        ? ''
        : typeof value === 'object'
          ? JSON.stringify(value)
          : String(value)
    return [{ ...kind, table: 'field', label, shows: shows.slice(0, 200) }]
  })
}

async function roleItems(ctx: Ctx, merge: Stored): Promise<CameItem[]> {
  const { roles } = await readParts(ctx, merge.survivor_id)
  const say = await roleSayer(ctx)
  return (await newRoles(ctx, merge)).map((item) => {
    const role = roles.find(({ id }) => item === `party_role:${id}`)!
    const label = phrase(text['identity.roles'], ctx.locale)
    return {
      item,
      table: 'party_role',
      label,
      shows: `${say(role.role)} · ${role.since}`,
      at: null,
      goes: 'survivor' as const,
    }
  })
}
