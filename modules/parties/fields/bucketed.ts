import { Type as T } from 'typebox'
import { type Ctx, type House, named, planned } from '../../../kernel/ctx.ts'
import { job, type Step } from '../../../kernel/job.ts'
import type { FieldKind } from '../contract.fields.ts'
import { bucketsOf, type Known } from './buckets.ts'
import { AGE_MS, allFields, type CustomField } from './catalogue.ts'

// party_bucket, kept right with the list row in the same transaction. What stands in it too much costs a look at a row; what
// were missing would hide a party. unscoped: writes the read model and answers nobody

const kinds: ReadonlySet<FieldKind> = new Set<FieldKind>([
  'text',
  'long_text',
  'number',
  'money',
  'date',
  'link',
])
/** Archived ones too: they come back with their values. */
const bucketFields = (fields: readonly CustomField[]): ReadonlyMap<string, Known> =>
  new Map(
    fields
      .filter(({ kind }) => kinds.has(kind))
      .map(({ key, kind, custom_field_id }) => [key, { id: custom_field_id, kind }] as const),
  )

type Valued = { party_id: number; fields: Readonly<Record<string, unknown>> }

/** As a new party's row has them. */
export const bucketsIn = (
  fields: readonly CustomField[],
  values: Readonly<Record<string, unknown>>,
): number[] => bucketsOf(bucketFields(fields), values)

const putText = `
with r as (
  select * from json_to_recordset($1::json) as r (party_id bigint, buckets integer[])
), gone as (
  delete from party_bucket b where b.party_id = any($2::bigint[]) and not exists (select from r where r.party_id = b.party_id)
)
insert into party_bucket as b (party_id, buckets) select party_id, buckets from r
on conflict (party_id) do update set buckets = excluded.buckets where b.buckets <> excluded.buckets`

/** All that these parties hold, whichever field was written. */
export async function projectBuckets(ctx: Ctx, parties: readonly Valued[]): Promise<void> {
  const known = bucketFields(await allFields(ctx))
  if (known.size === 0 || parties.length === 0) return
  const rows = parties.flatMap(({ party_id, fields }) => {
    const buckets = bucketsOf(known, fields)
    return buckets.length === 0 ? [] : [{ party_id, buckets }]
  })
  await named(ctx, 'fields.buckets.put', putText, [
    JSON.stringify(rows),
    parties.map(({ party_id }) => party_id),
  ])
}

/** The row that says that all before was filled in. */
const FILLED = 0
type Seen = { at: number; filled: Promise<boolean> }
const seen = new WeakMap<House, Seen>()

/** Until everybody's are there, they decide nothing. */
export function bucketsReady(ctx: Ctx): Promise<boolean> {
  const earlier = seen.get(ctx.house)
  if (earlier && Date.now() - earlier.at < AGE_MS) return earlier.filled
  const filled = named(ctx, 'fields.buckets.filled', 'select from party_bucket where party_id = $1', [
    FILLED,
  ]).then((rows) => rows.length > 0)
  // A restore may bring back what was before: asked again and again.
  seen.set(ctx.house, { at: Date.now(), filled })
  filled.catch(() => seen.delete(ctx.house))
  return filled
}

const BATCH = 2000
const STEP_MS = 5000

/** Buckets of what was there before there were any; afterwards it ends at once. */
export const fillBuckets = job({
  name: 'fields.fill_buckets',
  payload: T.Object({}),
  every: '*/5 * * * *',
  run: async (ctx, _payload, cursor): Promise<Step> => {
    if (await bucketsReady(ctx)) return { done: true }
    let after = (cursor as number | null) ?? 0
    const started = Date.now()
    while (Date.now() - started < STEP_MS) {
      // Writers of these parties wait, so that no older value lands over a newer one.
      const rows = await planned<Valued>(
        ctx,
        `select party_id, fields from party_list where party_id > $1 and fields <> '{}' order by party_id limit $2 for update`,
        [after, BATCH],
      )
      await projectBuckets(ctx, rows)
      if (rows.length < BATCH) {
        await planned(
          ctx,
          `insert into party_bucket (party_id, buckets) values ($1, '{}') on conflict do nothing`,
          [FILLED],
        )
        return { done: true }
      }
      after = rows.at(-1)!.party_id
    }
    return { done: false, cursor: after }
  },
})
