import { record } from '../../../kernel/audit.ts'
import { atomically, type Ctx, planned } from '../../../kernel/ctx.ts'
import { startRun } from '../../../kernel/job.ts'
import { notFound, refuse } from '../../../kernel/refuse.ts'
import type { Input } from '../../../kernel/route.ts'
import { cancelRun } from '../../../kernel/run.ts'
import { reaches } from '../../../kernel/scope.ts'
import { phrase, type Words } from '../../../kernel/text.ts'
import type { BulkAction, BulkPreview, BulkVerb, bulkRoutes } from '../contract.bulk.ts'
import type { ListFigures } from '../list/figured.ts'
import { Params } from '../list/where.ts'
import { bulkText } from '../text.bulk.ts'
import { checked, planOf, withReach } from './action.ts'
import { customFor, customKey, mustEdit, refuseSeveral } from './custom.ts'
import { bulkJob, UNDO_DAYS } from './job.ts'
import { chosenSql, freeze, reachSql, seeing } from './selection.ts'

// A bulk change through the API: looked at, started, taken back, stopped. unscoped: rows are judged in reach below

type In<K extends keyof typeof bulkRoutes> = Input<(typeof bulkRoutes)[K]>

export const previewWith =
  (figures: ListFigures) =>
  async (given: Ctx, { body: { selection, action: asked } }: In<'bulkPreview'>): Promise<BulkPreview> => {
    const ctx = await withReach(given, asked)
    const action = await checked(ctx, asked)
    const params = new Params()
    const chosen = await chosenSql(ctx, figures, selection, action, params)
    const seen = reachSql(seeing(ctx), 'p', params)
    const written = reachSql(ctx.reach, 'p', params)
    const custom = await customFor(ctx, action)
    const plan = planOf(ctx, action, params, custom)
    const [refused, changes] =
      plan.kind === 'set'
        ? [plan.sets.refused, `(${plan.sets.next})::${plan.sets.type} is distinct from ${plan.sets.old}`]
        : [
            `case when p.erased_at is not null then 'erased' when not p.live then 'in_trash' end`,
            `exists (select from party_role r where r.party_id = p.party_id and r.role = ${params.$(plan.role, 'text')}
               and r.since <= ${params.$(plan.today, 'date')} and (r.until is null or r.until > ${params.$(plan.today, 'date')}))`,
          ]
    const rows = await planned<{ why: string | null; changes: boolean | null; count: number }>(
      ctx,
      `with chosen as materialized (${chosen})
       select case when p.party_id is null or not (${seen}) then 'gone' when not (${written}) then 'not_yours' else ${refused} end as why, ${changes} as changes, count(*) as count
       from chosen c left join party p on p.party_id = c.party_id and p.kind <> 'anonymous' group by 1, 2`,
      params.values,
    )
    const sum = (which: (row: (typeof rows)[number]) => boolean) =>
      rows.filter(which).reduce((all, { count }) => all + count, 0)
    refuseSeveral(
      ctx,
      custom,
      action,
      sum(() => true),
    )
    const codes = [...new Set(rows.map(({ why }) => why))].filter((why) => why !== null && why !== 'gone')
    return {
      selected: sum(() => true),
      changed: sum(({ why, changes }) => why === null && changes === true),
      unchanged: sum(({ why, changes }) => why === null && changes !== true),
      refused: sum(({ why }) => why !== null && why !== 'gone'),
      gone: sum(({ why }) => why === 'gone'),
      reasons: codes.map((why) => ({
        why: why!,
        message: whyText(ctx, why!),
        count: sum((row) => row.why === why),
      })),
    }
  }

export function whyText(ctx: Ctx, why: string): string {
  const words = (bulkText as Words)[`parties.bulk_why.${why}`]
  return words ? phrase(words, ctx.locale) : why
}

type Started = { id: number; run_id: number; selected: number }

export const startWith =
  (figures: ListFigures) =>
  async (given: Ctx, { body: { selection, action: asked } }: In<'bulk'>): Promise<Started> => {
    const ctx = await withReach(given, asked)
    const action = await checked(ctx, asked)
    return atomically(ctx, async (ctx) => {
      const bulk_id = await ctx.house.ids.next()
      const selected = await freeze(ctx, figures, bulk_id, selection, action)
      refuseSeveral(ctx, await customFor(ctx, action), action, selected)
      return begin(ctx, { bulk_id, root_id: bulk_id, of_bulk_id: null, direction: 'do', action, selected })
    })
  }

type New = {
  bulk_id: number
  root_id: number
  of_bulk_id: number | null
  direction: 'do' | 'undo' | 'redo'
  action: BulkAction
  selected: number
}

async function begin(ctx: Ctx, bulk: New): Promise<Started> {
  const { bulk_id, root_id, of_bulk_id, direction, action, selected } = bulk
  const subject = { bulk_id, do: action.do satisfies BulkVerb, direction, selected }
  const { run_id } = await startRun(ctx, bulkJob, { bulk_id }, { subject })
  const made = await planned(
    ctx,
    `insert into party_bulk (bulk_id, root_id, of_bulk_id, direction, action, state, run_id, selected, unit_id, created_by, created_at)
     values ($1, $2, $3, $4, $5, 'waiting', $6, $7, $8, $9, $10)
     on conflict (root_id) where state in ('waiting', 'running') do nothing returning 1`,
    [
      bulk_id,
      root_id,
      of_bulk_id,
      direction,
      JSON.stringify(action),
      run_id,
      selected,
      ctx.who.unit_id,
      ctx.who.kind === 'user' ? ctx.who.id : null,
      ctx.now,
    ],
  )
  if (made.length === 0) refuse('parties.bulk_under_way', 409)
  await record(ctx, {
    action: 'parties.bulk_started',
    subject: 'party_bulk',
    subject_id: bulk_id,
    // Who reads the audit may not see the field: each customer's own record says what became of it.
    was: { direction, action: customKey(action) ? { do: action.do } : action, selected },
    event: false,
  })
  return { id: bulk_id, run_id, selected }
}

export type BulkRow = New & {
  state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled'
  run_id: number | null
  changed: number
  unchanged: number
  refused: number
  gone: number
  error: { code: string; zh: string; en: string } | null
  unit_id: number
  created_by: number | null
  by_name: string | null
  created_at: string
  finished_at: string | null
  last_id: number
  last_direction: New['direction']
  last_state: BulkRow['state']
  last_changed: number
  last_at: string
}

const rowText = `
select b.*, u.name as by_name, l.bulk_id as last_id, l.direction as last_direction, l.state as last_state, l.changed as last_changed,
  l.created_at as last_at
from party_bulk b left join app_user u on u.user_id = b.created_by
cross join lateral (select * from party_bulk l where l.root_id = b.root_id order by l.bulk_id desc limit 1) l
where b.bulk_id = $1`

/** One's own, and those of people whom one reaches. */
export async function loadBulk(ctx: Ctx, bulk_id: number): Promise<BulkRow> {
  const [row] = await planned<BulkRow>(ctx, rowText, [bulk_id])
  const mine = row && ctx.who.kind === 'user' && row.created_by === ctx.who.id
  if (!row || !(mine || reaches(ctx.reach, { unit_id: row.unit_id, owner_id: row.created_by })))
    return notFound()
  return row
}

/** What is open of a chain, or why nothing is. */
export function wayBack(row: BulkRow, now: Date): { next: 'undo' | 'redo' | null; why: string | null } {
  const next = row.last_direction === 'undo' ? 'redo' : 'undo'
  if (row.last_state === 'waiting' || row.last_state === 'running')
    return { next: null, why: 'parties.bulk_under_way' }
  if (row.last_changed === 0) return { next: null, why: 'parties.bulk_nothing' }
  if (now.getTime() > untilOf(row).getTime()) return { next: null, why: 'parties.bulk_old' }
  return { next, why: null }
}
export const untilOf = ({ last_at }: BulkRow): Date =>
  new Date(new Date(last_at).getTime() + UNDO_DAYS * 86_400_000)

export const undoBulk = (ctx: Ctx, { params }: In<'bulkUndo'>) => turn(ctx, params.bulk_id, 'undo')
export const redoBulk = (ctx: Ctx, { params }: In<'bulkRedo'>) => turn(ctx, params.bulk_id, 'redo')

async function turn(given: Ctx, id: number, direction: 'undo' | 'redo'): Promise<Started> {
  const row = await loadBulk(given, id)
  const ctx = await withReach(given, row.action)
  await mustEdit(ctx, row.action)
  const { next, why } = wayBack(row, ctx.now)
  if (why) refuse(why, 409)
  if (next !== direction)
    refuse(direction === 'undo' ? 'parties.bulk_undone' : 'parties.bulk_not_undone', 409)
  return atomically(ctx, async (ctx) => {
    const bulk_id = await ctx.house.ids.next()
    const { root_id, last_id, last_changed, action } = row
    await planned(
      ctx,
      `insert into party_bulk_slice (bulk_id, n, party_ids) select $1, n, changed_ids from party_bulk_slice where bulk_id = $2`,
      [bulk_id, last_id],
    )
    return begin(ctx, { bulk_id, root_id, of_bulk_id: last_id, direction, action, selected: last_changed })
  })
}

export async function cancelBulk(ctx: Ctx, { params }: In<'bulkCancel'>): Promise<void> {
  const { bulk_id, run_id, state } = await loadBulk(ctx, params.bulk_id)
  if (!run_id || (state !== 'waiting' && state !== 'running')) return refuse('parties.bulk_over', 409)
  await atomically(ctx, async (ctx) => {
    if (!(await cancelRun(ctx, run_id))) refuse('parties.bulk_over', 409)
    await record(ctx, {
      action: 'parties.bulk_cancel_asked',
      subject: 'party_bulk',
      subject_id: bulk_id,
      event: false,
    })
  })
}
