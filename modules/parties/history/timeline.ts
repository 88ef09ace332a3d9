import { type Ctx, named } from '../../../kernel/ctx.ts'
import { encodeCursor } from '../../../kernel/cursor.ts'
import { reaches, reachOf } from '../../../kernel/scope.ts'
import type { TimelineEntry } from '../contract.ts'
import { homesSql } from '../merging/survivor.ts'
import { loadParty, reachParty } from '../party.ts'
import {
  asHistory,
  type Before,
  beforeOf,
  hiddenFields,
  recordsOf,
  subjects,
  tellsSomething,
} from './history.ts'

/** What a module adds to the one stream of a party. Listed, in order, where the modules are composed (modules/index.ts). */
export type TimelineSource = {
  readonly kind: string
  /** the permission that shows these entries; its row scope must reach the party too */
  readonly may: `${string}:${string}`
  /** newest first by (at, id), strictly before `before` */
  readonly list: (ctx: Ctx, party_id: number, before: Before, limit: number) => Promise<TimelineEntry[]>
  readonly count: (ctx: Ctx, party_id: number) => Promise<number>
}

type Asked = { params: { id: number }; query: { cursor?: string; limit?: number; kinds?: string } }

/** Each source gives its own page before the cursor; merged, the newest of all of them are the page. */
export async function timelineOf(sources: readonly TimelineSource[], ctx: Ctx, { params, query }: Asked) {
  const before = query.cursor === undefined ? null : beforeOf(query.cursor)
  const limit = query.limit ?? 50
  const party = await reachParty(ctx, params.id)
  const kinds = query.kinds?.split(',').map((kind) => kind.trim())
  const open = sources.filter(({ may }) => {
    const reach = reachOf(ctx.who, may)
    return reach !== null && reaches(reach, party)
  })
  const wanted = open.filter(({ kind }) => !kinds || kinds.includes(kind))
  const parts = await Promise.all(wanted.map((source) => source.list(ctx, params.id, before, limit + 1)))
  const counts = before
    ? []
    : await Promise.all(
        open.map((source) => countOf(ctx, params.id, source, parts[wanted.indexOf(source)], limit)),
      )
  const merged = parts.flat().sort((a, b) => (a.at === b.at ? b.id - a.id : a.at < b.at ? 1 : -1))
  const items = merged.slice(0, limit)
  const last = merged.length > limit ? items.at(-1)! : null
  return { items, next: last && encodeCursor([last.at, last.id]), counts }
}

/** A source that fitted on the first page is counted by it. */
const countOf = async (
  ctx: Ctx,
  party_id: number,
  { kind, count }: TimelineSource,
  part: TimelineEntry[] | undefined,
  limit: number,
) => ({
  kind,
  count: part && part.length <= limit ? part.length : await count(ctx, party_id),
})

/** What people changed on the party itself. */
export const partyChanges: TimelineSource = {
  kind: 'changes',
  may: 'parties:read',
  async list(ctx, party_id, before, limit) {
    const records = await recordsOf(ctx, party_id, before, limit)
    const items = records.length > 0 ? await asHistory(ctx, await loadParty(ctx, party_id), records) : []
    return items.map(({ audit_id, at, ...data }) => ({ kind: 'changes', id: audit_id, at, data }))
  },
  async count(ctx, party_id) {
    const [row] = await named<{ count: number }>(
      ctx,
      'parties.changes_count',
      `select count(*) as count from audit where party_id = any(${homesSql('$1')}) and subject = any($2::text[]) and ${tellsSomething('$3')}`,
      [party_id, subjects, await hiddenFields(ctx)],
    )
    return row!.count
  },
}
