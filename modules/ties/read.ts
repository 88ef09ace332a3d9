import { type Ctx, named, planned } from '../../kernel/ctx.ts'
import { notFound } from '../../kernel/refuse.ts'
import { reachOf, scopeSql } from '../../kernel/scope.ts'
import { todayIn } from '../occasions/calendar.ts'
import type { Before } from '../parties/history/history.ts'
import type { TimelineSource } from '../parties/history/timeline.ts'
import type { Fits } from '../parties/kind.ts'
import { reachParty } from '../parties/party.ts'
import type { PresencePart } from '../presence/parts.ts'
import type { Member, Node, Tie } from './contract.ts'
import { asTree, ends, isCurrent, type Relation } from './rules.ts'

// A tie shows only where both ends are reached, and neither is in the trash (foundations: who sees what).

export const MOST = 2000
export type Stored = Omit<Tie, 'id' | 'other' | 'current' | 'created_at'> & {
  tie_id: number
  party_id: number
  other_id: number
  other_name: string
  other_kind: string
  created_at: string
}
const columns = `t.tie_id, t.party_id, t.kind, t.side, t.other_id, p.name as other_name, p.kind as other_kind, t.title, t.department,
  t.relation, t.since, t.until, t.is_primary, t.source, t.note, t.created_at, t.version`
const joined = `from tie t join party p on p.party_id = t.other_id and p.live and p.kind <> 'anonymous'`

// unscoped: says of a party that the caller has just locked only whether its ties could stay
export const tiesFit: Fits = async (ctx, party_id, party) => {
  const rows = await named<Pick<Tie, 'kind' | 'side'>>(
    ctx,
    'ties.ends',
    'select distinct kind, side from tie where party_id = $1',
    [party_id],
  )
  return rows.every(({ kind, side }) => ends[kind][side] === party)
}

export function present(
  { tie_id, party_id: _, other_id, other_name, other_kind, ...row }: Stored,
  today: string,
): Tie {
  return {
    id: tie_id,
    ...row,
    other: { id: other_id, name: other_name, kind: other_kind },
    created_at: new Date(row.created_at).toISOString(),
    current: isCurrent(row, today),
  }
}
export const todayOf = (ctx: Ctx): string => todayIn(ctx.zone, ctx.now)

/** The other ends that the caller may see: with the reach of reading, also while writing. */
export const seen = (ctx: Ctx, at: number) => scopeSql(reachOf(ctx.who, 'ties:read') ?? ctx.reach, 'p', at)

async function rowsOf(ctx: Ctx, party_id: number, tie_id: number | null = null): Promise<Stored[]> {
  const scope = seen(ctx, 3)
  return planned<Stored>(
    ctx,
    `select ${columns} ${joined} where t.party_id = $1 and ($2::bigint is null or t.tie_id = $2) and ${scope.text}
     order by t.is_primary desc, (t.until is null) desc, t.until desc, t.since desc nulls last, t.tie_id limit ${MOST}`,
    [party_id, tie_id, scope.value],
  )
}

export async function ofParty(ctx: Ctx, { params }: { params: { id: number } }): Promise<{ items: Tie[] }> {
  await reachParty(ctx, params.id)
  const today = todayOf(ctx)
  return { items: (await rowsOf(ctx, params.id)).map((row) => present(row, today)) }
}

export async function oneOf(ctx: Ctx, party_id: number, tie_id: number): Promise<Stored> {
  const [row] = await rowsOf(ctx, party_id, tie_id)
  return row ?? notFound()
}

type Named = { id: number; name: string }
/** Ends of the open ties of these parties on one side; `scoped`: only those that the caller reaches. */
async function step(
  ctx: Ctx,
  ids: readonly number[],
  kind: string,
  side: string,
  scoped: boolean,
): Promise<(Named & { of: number; tie_id: number; relation: Relation | null; title: string })[]> {
  const scope = scoped ? seen(ctx, 5) : { text: '$5::bigint is null', value: null }
  return planned(
    ctx,
    `select t.party_id as of, t.other_id as id, p.name, t.tie_id, t.relation, t.title ${joined}
     where t.party_id = any($1::bigint[]) and t.kind = $2 and t.side = $3 and (t.until is null or t.until >= $4::date)
       and (t.since is null or t.since <= $4::date or not $6) and ${scope.text} order by t.tie_id limit ${MOST}`,
    [ids, kind, side, todayOf(ctx), scope.value, scoped],
  )
}

// Deeper than any group; a merge of two members may have closed a circle.
const DEEPEST = 50

/** Whether `above` stands over `id`, whoever reaches them: a subsidiary must not own its parent. */
export async function standsOver(ctx: Ctx, above: number, id: number): Promise<boolean> {
  const seen = new Set([id])
  for (let level = [id]; level.length > 0 && seen.size < MOST; ) {
    const parents = await step(ctx, level, 'subsidiary_of', 'from', false)
    level = [...new Set(parents.map((one) => one.id))].filter((one) => !seen.has(one))
    for (const one of level) seen.add(one)
  }
  return seen.has(above)
}

export async function group(
  ctx: Ctx,
  { params }: { params: { id: number } },
): Promise<{ items: Node[]; whole: boolean }> {
  const party = await reachParty(ctx, params.id)
  let root = party.party_id
  const passed = new Set([root])
  for (let i = 0; i < DEEPEST; i++) {
    const [parent] = await step(ctx, [root], 'subsidiary_of', 'from', true)
    if (!parent || passed.has(parent.id)) break
    root = parent.id
    passed.add(root)
  }
  const [named] = await planned<{ name: string }>(ctx, 'select name from party where party_id = $1', [root])
  const nodes: Omit<Node, 'depth'>[] = [{ id: root, name: named!.name, parent_id: null, tie_id: null }]
  const found = new Set([root])
  for (let level = [root]; level.length > 0 && nodes.length < MOST; ) {
    const children = await step(ctx, level, 'subsidiary_of', 'to', true)
    level = []
    for (const { id, name, of, tie_id } of children) {
      if (found.has(id)) continue
      found.add(id)
      level.push(id)
      nodes.push({ id, name, parent_id: of, tie_id })
    }
  }
  const whole = nodes.length < MOST
  return { items: nodes.length === 1 ? [] : asTree(nodes, root), whole }
}

export async function household(
  ctx: Ctx,
  { params }: { params: { id: number } },
): Promise<{ items: Member[] }> {
  const party = await reachParty(ctx, params.id)
  const [up] = await step(ctx, [party.party_id], 'household', 'from', true)
  const head = up?.id ?? party.party_id
  const members = await step(ctx, [head], 'household', 'to', true)
  if (members.length === 0) return { items: [] }
  const [named] = await planned<{ name: string }>(ctx, 'select name from party where party_id = $1', [head])
  return {
    items: [
      { id: head, name: named!.name, relation: null, tie_id: null, title: '' },
      ...members.map(({ id, name, relation, tie_id, title }) => ({ id, name, relation, tie_id, title })),
    ],
  }
}

/** Ties in a party's stream, on the day they were written down. */
export const tieEntries: TimelineSource = {
  kind: 'ties',
  may: 'ties:read',
  async list(ctx, party_id, before: Before, limit) {
    const scope = seen(ctx, 4)
    const rows = await planned<Stored>(
      ctx,
      `select ${columns} ${joined} where t.party_id = $1 and ($2::timestamptz is null or (t.created_at, t.tie_id) < ($2, $3::bigint))
         and ${scope.text} order by t.created_at desc, t.tie_id desc limit $5`,
      [party_id, before?.at ?? null, before?.id ?? null, scope.value, limit],
    )
    const today = todayOf(ctx)
    return rows.map((row) => {
      const { id, created_at, ...data } = present(row, today)
      return { kind: 'ties', id, at: created_at, data }
    })
  },
  async count(ctx, party_id) {
    const scope = seen(ctx, 2)
    const [row] = await planned<{ n: number }>(
      ctx,
      `select count(*) as n ${joined} where t.party_id = $1 and ${scope.text}`,
      [party_id, scope.value],
    )
    return row!.n
  },
}

/** Only where the other end is reached too. */
export const tiesEdited: PresencePart = {
  kind: 'ties',
  subject: 'tie',
  sees: 'ties:read',
  writes: 'ties:write',
  there: (ctx, at) => {
    const scope = scopeSql(reachOf(ctx.who, 'ties:read') ?? ctx.reach, 'o', at)
    return {
      text: `exists (select from tie t join party o on o.party_id = t.other_id and o.live and o.kind <> 'anonymous'
        where t.party_id = p.party_id and t.tie_id = x.id and ${scope.text})`,
      values: [scope.value],
    }
  },
  // Both ends keep a record of it: the other end's says who it was.
  went: (ctx, at) => {
    const scope = scopeSql(reachOf(ctx.who, 'ties:read') ?? ctx.reach, 'o', at)
    return {
      text: `exists (select from audit b join party o on o.party_id = b.party_id
        where b.request_id = a.request_id and b.subject = 'tie' and b.subject_id = a.subject_id
          and b.party_id <> a.party_id and ${scope.text})`,
      values: [scope.value],
    }
  },
}
