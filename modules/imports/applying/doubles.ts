import { reaches } from '../../../kernel/scope.ts'
import { catchUp, countsOf, factsOf, keyOf, keysOf, kindOf, MOST } from '../../identity/keys.ts'
import { bandOf, type Contact, compare, type Facts, prepared, probability } from '../../identity/rules.ts'
import { maskFor } from '../../identity/told.ts'
import type { Run } from '../running/run.types.ts'
import { LOOKS_LIKE_ORGANISATION } from './modes.ts'

// Rows that would become new customers and are probably known: told, and done with as the import says. A batch at a
// time, by what they have in common; orders' customers are not looked at here, the house looks at them afterwards.

/** Which existing party a row of the file probably is. */
type Double = { line: number; party_id: number; score: number }
type Row = {
  line: number
  name: string
  kind: Facts['kind']
  country: string | null
  emails: string[]
  phones: string[]
  wechat: string | null
  address: string | null
}

const BATCH = 1000

export async function judgeDoubles(run: Run): Promise<void> {
  const { tx, options } = run
  await tx.query(
    'create temp table stage_double (line int4 not null, party_id int8 not null, score float8 not null) on commit drop',
  )
  await catchUp(run.ctx)
  for (let after = -1; ; ) {
    const { rows } = await tx.query<Row>(next, [after, options.party_kind, BATCH])
    if (rows.length === 0) break
    const found = await doublesOf(run, rows)
    await tx.query('insert into stage_double select * from unnest($1::int4[], $2::int8[], $3::float8[])', [
      found.map(({ line }) => line),
      found.map(({ party_id }) => party_id),
      found.map(({ score }) => score),
    ])
    after = rows.at(-1)!.line
  }
  const act = what[options.doubles]
  if (act) await tx.query(act)
}

const next = `
select line, name, coalesce(kind, case when $2 <> 'auto' then $2 when flags & ${LOOKS_LIKE_ORGANISATION} <> 0 then 'organisation' else 'person' end) as kind,
  country, emails, phones, wechat, nullif(concat_ws(' ', case when position(city in coalesce(address, '')) > 0 then null else city end, address), '') as address
from stage_row where party_id is null and first and reject is null and line > $1 order by line limit $3`

const what: Partial<Record<Run['options']['doubles'], string>> = {
  skip: `update stage_row s set reject = 'double_skipped' from stage_double d where d.line = s.line`,
  hold: `update stage_row s set reject = 'double_held' from stage_double d where d.line = s.line`,
  update: `update stage_row s set party_id = d.party_id, linked = false from stage_double d where d.line = s.line`,
}

async function doublesOf(run: Run, rows: readonly Row[]): Promise<Double[]> {
  const parties = rows.map((row) => ({ line: row.line, facts: prepared(factsIn(run, row)) }))
  const keys = new Map(parties.map(({ line, facts }) => [line, keysOf(facts)]))
  const ctx = { ...run.ctx, tx: run.tx as typeof run.ctx.tx }
  const wanted = [...new Set([...keys.values()].flat())]
  const counts = await countsOf(ctx, wanted)
  const telling = wanted.filter((key) => {
    const n = counts.get(key) ?? 0
    return n > 0 && n < MOST[kindOf(key)]!
  })
  const { rows: met } = await run.tx.query<{ key: number; party_ids: number[] }>(
    'select key, array_agg(party_id) as party_ids from identity_key where key = any($1::bigint[]) group by key',
    [telling],
  )
  const by = new Map(met.map(({ key, party_ids }) => [key, party_ids]))
  const known = await factsOf(ctx, [...new Set(met.flatMap(({ party_ids }) => party_ids))])
  const reached = new Map(
    known.filter((one) => reaches(run.reach, one)).map((one) => [one.party_id, one] as const),
  )
  return parties.flatMap(({ line, facts }): Double[] => {
    const ids = new Set(keys.get(line)!.flatMap((key) => by.get(key) ?? []))
    const judged = [...ids].flatMap((id) => {
      const other = reached.get(id)
      if (!other) return []
      const score = probability(compare(facts, other, (text) => (counts.get(keyOf(text)) ?? 1) + 1))
      return [{ line, party_id: id, score }]
    })
    const best = judged.sort((a, b) => b.score - a.score || a.party_id - b.party_id)[0]
    const band = best && bandOf(best.score)
    return best && band && band !== 'possible' ? [best] : []
  })
}

/** What the importer may not see of others tells them nothing here either. */
function factsIn({ ctx }: Run, row: Row): Facts {
  const contact = (kind: Contact['kind'], value: string | null): Contact[] => {
    const hidden = maskFor(kind)
    return value === null || (hidden !== null && ctx.who.masks.has(hidden))
      ? []
      : [{ kind, value, value_key: value }]
  }
  const contacts = [
    ...row.emails.flatMap((value) => contact('email', value)),
    ...row.phones.flatMap((value) => contact('phone', value)),
    ...contact('wechat_openid', row.wechat),
    ...contact('address', row.address),
  ]
  return { party_id: 0, kind: row.kind, name: row.name, country: row.country, contacts }
}
