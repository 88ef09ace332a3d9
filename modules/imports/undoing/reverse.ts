import type pg from 'pg'
import { baseToValueIn } from '../../access/currency.ts'
import { refreshFigures } from '../../orders/figures.ts'
import { putOrders, someOrderOf, takeOrders, valueOrders } from '../../orders/intake.undo.ts'
import { isOpen, reopenCurrency, settleByOrders } from '../../orders/money.ts'
import { partyImage, putParties, takeParties } from '../../parties/intake.undo.ts'
import { project } from '../../parties/list/project.ts'
import { putProducts, takeProducts } from '../../products/intake.undo.ts'
import { putTies, takeTies } from '../../ties/intake.ts'
import { Stale } from '../running/run.types.ts'
import { recordReversal } from './record.ts'
import { turnTies } from './ties.ts'
import { lineColumns } from './trail.ts'
import type { Undoing } from './types.ts'

// Does what plan.ts has found, set-wise: images of what is now, then out with what goes, in with what comes, in the
// order in which rows refer to each other; then the trail is turned round.

/** Parties whose list rows are made at a time. */
const SLICE = 2000

export async function reverse(run: Undoing, onPhase: (phase: 'writing' | 'listing') => Promise<void> | void) {
  const { tx, ctx, now } = run
  await onPhase('writing')
  await tx.query(
    `delete from undo_line l using undo_row r where r.id = l.order_id and r.left_why is not null`,
  )
  await takeImages(tx)
  await viewsOf(tx)
  await swapLines(run)
  const touched = await partiesOf(tx)
  if (run.direction === 'redo') await settleAgain(run)
  mustHold(await takeOrders(tx))
  await takeTies(tx)
  mustHold(await putProducts(tx, now))
  mustHold(await putParties(tx, now))
  await putTies(tx)
  await valueOrders(tx, await baseToValueIn(ctx))
  await putOrders(tx, now)
  mustHold(await takeParties(tx))
  mustHold(!(await someOrderOf(tx)))
  mustHold(await takeProducts(tx))
  const base = run.direction === 'undo' ? await openAgain(run) : null
  const rejects = await turnRejects(run)
  await recordReversal(run)
  await turnTies(run)
  await turnTrail(run)
  await onPhase('listing')
  for (let i = 0; i < touched.named.length; i += SLICE) await project(ctx, touched.named.slice(i, i + SLICE))
  for (let i = 0; i < touched.counted.length; i += SLICE)
    await refreshFigures(ctx, touched.counted.slice(i, i + SLICE))
  return { rejects, base }
}

/** Somebody wrote one of the rows since the plan: it is made anew. */
function mustHold(held: boolean): void {
  if (!held) throw new Stale()
}

async function takeImages(tx: pg.ClientBase): Promise<void> {
  const done = `r.left_why is null and r.what <> 'put'`
  await tx.query(
    `update undo_row r set other = to_jsonb(o), party_id = o.party_id from orders o
     where ${done} and r.subject = 'order' and o.party_id = r.party_id and o.order_id = r.id`,
  )
  await tx.query(
    `update undo_row r set other = ${partyImage('p')} from party p where ${done} and r.subject in ('party', 'anonymous') and p.party_id = r.id`,
  )
  await tx.query(
    `update undo_row r set other = to_jsonb(p) from product p where ${done} and r.subject = 'product' and p.product_id = r.id`,
  )
  await tx.query(
    `update undo_row r set other = to_jsonb(c) from category c where ${done} and r.subject = 'category' and c.category_id = r.id`,
  )
}

/** As the modules whose rows these are want them. */
const viewsOf = (tx: pg.ClientBase) =>
  tx.query(`
create temp table undo_party on commit drop as
  select id as party_id, what, image, other from undo_row where subject in ('party', 'anonymous') and left_why is null;
create temp table undo_product on commit drop as
  select id, subject, what, image, other from undo_row where subject in ('product', 'category') and left_why is null;
create temp table undo_order on commit drop as
  select id as order_id, party_id, what, image, other, null::bigint as base_minor from undo_row where subject = 'order' and left_why is null;
analyze undo_party; analyze undo_product; analyze undo_order`)

/** The kept lines are in `undo_line` by now; those that stand take their place. */
async function swapLines({ tx, import_id }: Undoing): Promise<void> {
  await tx.query(
    `delete from import_order_line l using undo_order u where u.what <> 'take' and l.import_id = $1 and l.order_id = u.order_id`,
    [import_id],
  )
  await tx.query(
    `insert into import_order_line (import_id, ${lineColumns})
     select $1, ${lineColumns.split(', ').map((c) => `l.${c}`)}
     from undo_order u join order_line l on l.party_id = u.party_id and l.order_id = u.order_id where u.what <> 'put'`,
    [import_id],
  )
}

type Touched = { named: number[]; counted: number[] }

/** Whose list row is made anew, whose orders are counted anew. */
async function partiesOf(tx: pg.ClientBase): Promise<Touched> {
  const ids = async (text: string) => (await tx.query<{ id: number }>(text)).rows.map((row) => row.id)
  return {
    named: await ids(`select party_id as id from undo_party where what <> 'take' order by 1`),
    counted: await ids(
      `select party_id as id from undo_order where what <> 'put'
       union select (image ->> 'party_id')::bigint from undo_order where what <> 'take'
       except select party_id from undo_party where what = 'take' order by 1`,
    ),
  }
}

type Settled = { was: string; base: string }
async function settledBy({ tx, import_id }: Undoing): Promise<Settled | null> {
  const { rows } = await tx.query<{ settled: Settled | null }>(
    'select settled from import where import_id = $1',
    [import_id],
  )
  return rows[0]?.settled ?? null
}

/** The import's orders had settled what the company counts in, and no order is left: it is a guess again. */
async function openAgain(run: Undoing): Promise<string | null> {
  const settled = await settledBy(run)
  return settled && (await reopenCurrency(run.ctx, settled)) ? settled.was : null
}

async function settleAgain(run: Undoing): Promise<void> {
  const settled = await settledBy(run)
  if (settled && (await isOpen(run.ctx))) await settleByOrders(run.ctx, settled.base)
}

async function turnRejects({ tx, import_id, direction }: Undoing): Promise<number> {
  const { rowCount } =
    direction === 'undo'
      ? await tx.query(
          `insert into import_reject (import_id, line, raw, reasons)
           select m.rejected_by, m.line, m.raw, m.reasons from import_mended m join import i on i.import_id = m.rejected_by
           where m.import_id = $1 on conflict do nothing`,
          [import_id],
        )
      : await tx.query(
          `delete from import_reject r using import_mended m where m.import_id = $1 and r.import_id = m.rejected_by and r.line = m.line`,
          [import_id],
        )
  return rowCount ?? 0
}

/**
 * What was reversed can be reversed again. A row that gets an earlier state back stands for whoever left it in that
 * state: their version moves on with it, so that imports on top of each other can be undone one after the other.
 */
async function turnTrail({ tx, import_id, direction }: Undoing): Promise<void> {
  await tx.query(
    `update import_change c set undone = $2, image = r.other, party_id = coalesce((r.image ->> 'party_id')::bigint, c.party_id),
       version = case r.what when 'take' then null when 'put' then ${imageVersion} else r.version + 1 end
     from undo_row r where r.left_why is null and c.subject_id = r.id
       and (c.import_id = $1 or r.subject = 'anonymous' and c.undone <> $2)`,
    [import_id, direction === 'undo'],
  )
  await tx.query(
    `update import_change c set version = r.version + 1 from undo_row r
     where r.left_why is null and r.what = 'swap' and c.subject_id = r.id and c.import_id <> $1 and c.version = ${imageVersion}`,
    [import_id],
  )
}
const imageVersion = `(coalesce(r.image -> 'party', r.image) ->> 'version')::integer`

export const inside = (run: Undoing): Undoing => ({
  ...run,
  ctx: { ...run.ctx, tx: run.tx as pg.PoolClient, recorded: [] },
})
