import type pg from 'pg'
import { refuse } from '../../../kernel/refuse.ts'
import { scopeSql } from '../../../kernel/scope.ts'
import type { Run } from '../running/run.types.ts'
import type { MatchKey, Mode } from '../targets.ts'

// What a row is known by, where somebody chose it, and what is done with rows by whether they are known. Whatever is not
// done is on the report with its line; nothing is guessed.

/** Bit in a staged row's flags: the name reads as a company's. */
export const LOOKS_LIKE_ORGANISATION = 2 ** 30

/** Keys that a row must carry itself; the others fall back on what it has. */
export const STRICT: ReadonlySet<MatchKey> = new Set<MatchKey>([
  'external_id',
  'email',
  'phone',
  'wechat',
  'name',
])

/** What a masked value is the answer to may not be asked by trying. */
export function mayMatch({ ctx, options: { match_by } }: Run): void {
  const masked = match_by === 'contact' ? ['email', 'phone'] : [match_by]
  if (masked.some((field) => ctx.who.masks.has(field as never))) refuse('imports.key_masked', 403)
}

const value: Record<string, string> = {
  external_id: 'external_id',
  email: 'emails[1]',
  phone: 'phones[1]',
  wechat: 'wechat',
  name: 'lower(name)',
}

/** Rows without the key, and the second one with it. */
export async function strictKeys({ tx, options: { match_by } }: Run): Promise<void> {
  await tx.query(`alter table stage_row add match text collate "C"`)
  await tx.query(
    `update stage_row set match = ${value[match_by]}, reject = case when ${value[match_by]} is null then 'key_missing' end`,
  )
}

/** By the chosen key alone: one party is it, several are too many. */
export async function knownByKey(run: Run): Promise<void> {
  const { tx, reach, source, options } = run
  if (options.match_by !== 'external_id') {
    const scope = scopeSql(reach, 'p', 1)
    const kind = options.match_by === 'wechat' ? 'wechat_openid' : options.match_by
    const list =
      options.match_by === 'email'
        ? 's.emails'
        : options.match_by === 'phone'
          ? 's.phones'
          : 'array[s.wechat]'
    await tx.query(options.match_by === 'name' ? byName(scope.text) : byContact(scope.text, kind, list), [
      scope.value,
    ])
  }
  // An external id that names another party than the key does: which of the two is meant, the file does not say.
  const scope = scopeSql(reach, 'p', 2)
  await tx.query(
    `update stage_row s set linked = e.party_id is not distinct from s.party_id,
       reject = case when p.kind = 'anonymous' or not (${scope.text}) then 'out_of_scope' when e.party_id is distinct from s.party_id then 'ambiguous_key' end
     from external_id e join party p on p.party_id = e.party_id
     where s.external_id is not null and e.source = $1 and e.value = s.external_id and s.first and s.reject is null`,
    [source, scope.value],
  )
  // Known by something else, a party gets no external id that the file does not name.
  await tx.query('update stage_row set linked = true where external_id is null')
}

const byContact = (scope: string, kind: string, list: string) => `
with found as (
  select s.line, min(k.party_id) as party_id, count(distinct k.party_id) as n
  from stage_row s cross join lateral unnest(${list}) as c (key)
  join contact_point k on k.value_key = c.key and k.kind = '${kind}'
  join party p on p.party_id = k.party_id and p.live and p.kind <> 'anonymous' and (${scope})
  where s.first and s.reject is null
  group by s.line
)
update stage_row s set party_id = case when n = 1 then f.party_id end, reject = case when n > 1 then 'ambiguous_key' end
from found f where f.line = s.line`

const byName = (scope: string) => `
with found as (
  select s.line, min(p.party_id) as party_id, count(*) as n
  from stage_row s join party p on lower(p.name) = s.match and p.live and p.kind <> 'anonymous' and (${scope})
  where s.first and s.reject is null
  group by s.line
)
update stage_row s set party_id = case when n = 1 then f.party_id end, reject = case when n > 1 then 'ambiguous_key' end
from found f where f.line = s.line`

const left = (mode: Mode, known: string): string | null =>
  mode === 'create'
    ? `when ${known} then 'exists'`
    : mode === 'update'
      ? `when not (${known}) then 'not_known'`
      : null

/** Rows of parties or products that the mode leaves alone; `known` tells which are there. */
export async function leaveRows(tx: pg.ClientBase, mode: Mode, key: string, known: string): Promise<void> {
  const when = left(mode, known)
  if (!when) return
  await tx.query(`update stage_row s set reject = case ${when} end where s.first and s.reject is null`)
  // The same row once more in the file is left for the same reason.
  await tx.query(
    `update stage_row s set reject = f.reject from stage_row f
     where not s.first and s.reject is null and f.first and f.reject in ('exists', 'not_known') and f.${key} = s.${key}`,
  )
}

/** Whole orders that the mode leaves alone. A mended line belongs to an order that is there already. */
export async function leaveOrders(tx: pg.ClientBase, mode: Mode, mending: boolean): Promise<void> {
  const when = mending && mode === 'create' ? null : left(mode, 'o.order_id is not null')
  if (!when) return
  await tx.query(
    `update stage_head h set reject = case ${when} end from stage_order o where o.number = h.number and h.reject is null`,
  )
}
