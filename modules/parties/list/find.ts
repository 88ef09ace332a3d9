import { Type as T } from 'typebox'
import { type Ctx, named, planned } from '../../../kernel/ctx.ts'
import { job, type Step } from '../../../kernel/job.ts'
import { headsOf } from '../names/heads.ts'
import { nameKeys } from '../names/romanise.ts'
import { simplify } from '../names/simplified.ts'
import { findColumns, headColumns, headsSpread, listHeads } from './find.columns.ts'
import { project } from './project.ts'

// party_find beside party_list: what a search walks; party_own: what of one's own. Rows are written with the list row (project.ts, create.ts) and with the
// order figures (figures.ts); here those of before the table was there. unscoped: of everybody, answering nobody.

const BATCH = 2000
const STEP_MS = 5000
/** The row that says that all before was filled in. */
const FILLED = 0

type Row = {
  party_id: number
  kind: 'person' | 'organisation'
  name: string
  search_text: string
  search_chars: string[]
}

/** `h1` of that row: the heads of party_list were filled in too. */
const HEADS_FILLED = 1

/** Fills in what was there before searches walked this table; afterwards it ends at once. */
export const fillFind = job({
  name: 'parties.fill_find',
  payload: T.Object({}),
  every: '*/5 * * * *',
  run: async (ctx, _payload, cursor): Promise<Step> => {
    const [filled] = await named<{ h1: number }>(
      ctx,
      'parties.find.filled',
      'select h1 from party_find where party_id = $1',
      [FILLED],
    )
    if (filled) return filled.h1 === HEADS_FILLED ? { done: true } : fillHeads(ctx, cursor as number | null)
    let after = (cursor as number | null) ?? 0
    const started = Date.now()
    while (Date.now() - started < STEP_MS) {
      const rows = await planned<Row>(
        ctx,
        `select party_id, kind, name, search_text, search_chars from party_list where party_id > $1 order by party_id limit ${BATCH}`,
        [after],
      )
      if (rows.length === 0) {
        await markFilled(ctx)
        return { done: true }
      }
      await fill(ctx, rows)
      after = rows.at(-1)!.party_id
    }
    return { done: false, cursor: after }
  },
})

const markFilled = (ctx: Ctx) =>
  planned(
    ctx,
    `insert into party_find (${findColumns}) values ($1, 0, 0, '-infinity', ${headColumns.map(() => 0).join(', ')}) on conflict do nothing`,
    [FILLED],
  )

async function fill(ctx: Ctx, rows: readonly Row[]): Promise<void> {
  // Names that are found in more ways than their rows know yet: other readings, simplified characters.
  const anew = rows.filter(
    ({ name, kind }) => simplify(name) !== name || nameKeys(name, kind).also.length > 0,
  )
  await project(
    ctx,
    anew.map(({ party_id }) => party_id),
  )
  const given = rows.map(({ party_id, search_text, search_chars }) => ({
    party_id,
    heads: headsOf(search_text, search_chars),
  }))
  await planned(
    ctx,
    `with r as (
       select * from json_to_recordset($1::json) as r (party_id bigint, heads integer[])
     ), own as (
       update party_own o set ${headColumns.map((h, i) => `${h} = r.heads[${i + 1}]`).join(', ')} from r where o.party_id = r.party_id
     )
     insert into party_find (${findColumns})
     select l.party_id, l.unit_id, 0, greatest(l.created_at, l.last_order_at), ${headsSpread('r')}
     from r join party_list l on l.party_id = r.party_id
     on conflict do nothing`,
    [JSON.stringify(given)],
  )
}

const folding = listHeads.map(
  (head, i) =>
    `${head} = f.${headColumns[i]}${headColumns[i + listHeads.length] ? ` | f.${headColumns[i + listHeads.length]}` : ''}`,
)
const headsText = `
with b as (
  select party_id, ${listHeads.join(' & ')} as heads from party_list where party_id > $1 order by party_id limit ${BATCH}
), u as (
  update party_list l set ${folding.join(', ')} from b join party_find f using (party_id)
  where l.party_id = b.party_id and b.heads = -1 and ${listHeads.map((head) => `l.${head}`).join(' & ')} = -1
)
select max(party_id) as last from b`

/** List rows of before their indexes knew what words begin with. */
async function fillHeads(ctx: Ctx, cursor: number | null): Promise<Step> {
  let after = cursor ?? 0
  const started = Date.now()
  while (Date.now() - started < STEP_MS) {
    const [row] = await named<{ last: number | null }>(ctx, 'parties.find.heads', headsText, [after])
    if (row!.last === null) {
      await named(ctx, 'parties.find.done', 'update party_find set h1 = $2 where party_id = $1', [
        FILLED,
        HEADS_FILLED,
      ])
      return { done: true }
    }
    after = row!.last
  }
  return { done: false, cursor: after }
}
