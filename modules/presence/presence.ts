import { type Ctx, named, planned } from '../../kernel/ctx.ts'
import { reaches, reachOf, scopeSql } from '../../kernel/scope.ts'
import { inOneTurn } from '../../kernel/turn.ts'
import { fieldsSeen } from '../parties/fields/catalogue.ts'
import { reachParty } from '../parties/party.ts'
import type { Here, Present, Somewhere } from './contract.ts'
import { type PresencePart, partField, partsSeen } from './parts.ts'
import { fieldTold, LAPSE_S, perPerson, type Seeing, type Sitting } from './rules.ts'

// Who is where is a row that lapses: every web process reads the same ones, nothing runs while nobody looks, and no
// record is kept. The database's clock says when, for the processes' own need not agree.

type Row = Omit<Sitting, 'editing'>
type OfParty = { params: { id: number } }
const MOST = 500

// Rows that another page is about to renew are left to it: two that sweep must not wait for each other.
const beText = `
with old as (
  select party_id, user_id, tab from party_presence
  where expires_at < clock_timestamp() and (party_id, user_id, tab) is distinct from ($1::bigint, $2::bigint, $3::text)
  limit 200 for update skip locked
), swept as (
  delete from party_presence p using old where p.party_id = old.party_id and p.user_id = old.user_id and p.tab = old.tab
)
insert into party_presence as p (party_id, user_id, tab, field, since, expires_at)
values ($1, $2, $3, $4, clock_timestamp(), clock_timestamp() + ${LAPSE_S} * interval '1 second')
on conflict (party_id, user_id, tab) do update set field = excluded.field, expires_at = excluded.expires_at,
  since = case when p.expires_at < clock_timestamp() then excluded.since else p.since end`

// unscoped: the party was reached by the caller before this is asked
const othersText = `
select p.user_id, u.name, p.since, p.field from party_presence p join app_user u on u.user_id = p.user_id
where p.party_id = $1 and p.user_id <> $2 and p.expires_at >= clock_timestamp() and u.active`

const stampText = `select max(audit_id) as stamp from audit where party_id = $1 and at > now() - interval '10 minutes'`

type Be = OfParty & { body: { tab: string; field?: string | null } }
export async function be(
  parts: readonly PresencePart[],
  ctx: Ctx,
  { params: { id }, body: { tab, field = null } }: Be,
): Promise<Here> {
  const party = await reachParty(ctx, id)
  // Whose key reads is no colleague at a page; who may not write edits nothing.
  if (ctx.who.kind === 'user') {
    const part = partField(field)
    const needs = part ? parts.find(({ kind }) => kind === part.kind)?.writes : 'parties:write'
    const writes = needs ? reachOf(ctx.who, needs) : null
    const edits = writes !== null && party.live && reaches(writes, party)
    await planned(ctx, beText, [id, ctx.who.id, tab, edits ? field : null])
  }
  const [rows, [last], seeing] = await Promise.all([
    named<Row>(ctx, 'presence.others', othersText, [id, ctx.who.kind === 'user' ? ctx.who.id : 0]),
    named<{ stamp: number | null }>(ctx, 'presence.stamp', stampText, [id]),
    seeingOf(ctx),
  ])
  const seen = await partsSeen(
    ctx,
    parts,
    rows.map(({ field }) => ({ party_id: id, field })),
  )
  return { version: party.version, stamp: last?.stamp ?? null, others: told(id, rows, seeing, seen) }
}

export async function leave(
  ctx: Ctx,
  { params, query }: OfParty & { query: { tab: string } },
): Promise<void> {
  await reachParty(ctx, params.id)
  await planned(ctx, 'delete from party_presence where party_id = $1 and user_id = $2 and tab = $3', [
    params.id,
    ctx.who.kind === 'user' ? ctx.who.id : 0,
    query.tab,
  ])
}

const listText = (scope: string) => `
select s.party_id, s.user_id, u.name, s.since, s.field, p.version
from party_presence s join party p on p.party_id = s.party_id join app_user u on u.user_id = s.user_id
where s.user_id <> $1 and s.expires_at >= clock_timestamp() and u.active and p.live and p.merged_into is null and ${scope}
order by s.party_id limit ${MOST}`

export async function list(parts: readonly PresencePart[], ctx: Ctx): Promise<{ items: Somewhere[] }> {
  const me = ctx.who.kind === 'user' ? ctx.who.id : 0
  const scope = scopeSql(ctx.reach, 'p', 2)
  const key = `presence ${me} ${JSON.stringify(ctx.reach)}`
  const rows = await inOneTurn(ctx.house, key, () =>
    planned<Row & { party_id: number; version: number }>(ctx, listText(scope.text), [me, scope.value]),
  )
  const [seeing, seen] = await Promise.all([seeingOf(ctx), partsSeen(ctx, parts, rows)])
  const parties = [...new Map(rows.map((row) => [row.party_id, row.version]))]
  const items = parties.map(([party_id, version]) => ({
    party_id,
    version,
    people: told(
      party_id,
      rows.filter((row) => row.party_id === party_id),
      seeing,
      seen,
    ),
  }))
  return { items }
}

const seeingOf = async (ctx: Ctx): Promise<Seeing> => ({
  masks: ctx.who.masks,
  keys: new Set((await fieldsSeen(ctx)).map(({ key }) => key)),
})

const told = (party_id: number, rows: readonly Row[], seeing: Seeing, seen: ReadonlySet<string>): Present[] =>
  perPerson(rows.map((row) => ({ ...row, editing: row.field !== null }))).map(
    ({ user_id, name, since, field, editing }) => ({
      user_id,
      name,
      since,
      editing,
      field: partField(field) ? (seen.has(`${party_id} ${field}`) ? field : null) : fieldTold(field, seeing),
    }),
  )
