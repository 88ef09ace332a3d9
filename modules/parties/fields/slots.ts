import { type Ctx, named, planned } from '../../../kernel/ctx.ts'
import { fold, nameKeys } from '../names/romanise.ts'
import { projectBuckets } from './bucketed.ts'
import { allFields, type CustomField, slotColumn } from './catalogue.ts'

// party_slot: what is to be sorted and filtered fast, kept right with the list row, in the same transaction. See
// catalogue.ts for what stands in it. unscoped: writes the read model and answers nobody

const MOST = 120
const cut = (text: string): string => [...text].slice(0, MOST).join('')

/** A value as it stands in a slot: a text in 't', a number in 'n'; of a multi_choice, of one option. null: nothing there. */
export function slotKey({ kind }: Pick<CustomField, 'kind'>, value: unknown): string | number | null {
  if (value === null || value === undefined) return null
  switch (kind) {
    case 'number':
    case 'party':
      return Number(value)
    case 'yes_no':
      return value ? 1 : 0
    case 'money':
      return (value as { minor: number }).minor
    case 'text':
      return cut(nameKeys(String(value), 'organisation').name_sort)
    case 'link':
      return cut(fold(String(value)))
    default:
      return cut(String(value))
  }
}

type Slotted = {
  party_id: number
  unit_id: number
  owner_id: number | null
  live: boolean
  fields: Readonly<Record<string, unknown>>
}
type SlotRow = {
  custom_field_id: number
  party_id: number
  part: number
  unit_id: number
  owner_id: number | null
  t: string | null
  n: number | string | null
  c: string | null
}

export const slotColumns = 'custom_field_id, party_id, part, unit_id, owner_id, t, n, c'
export const slotColumnsOf = (r: string): string => slotColumns.replace(/\w+/g, `${r}.$&`)
export const slotRecord =
  '(custom_field_id bigint, party_id bigint, part smallint, unit_id bigint, owner_id bigint, t text, n double precision, c text)'

/** Those that are being filled are kept, too: what changes meanwhile must not be missed. */
const isKept = (field: CustomField): boolean => field.slot !== 'off' && field.archived_at === null

export const slotRows = (fields: readonly CustomField[], parties: readonly Slotted[]): SlotRow[] =>
  fields
    .filter(isKept)
    .flatMap((field) => parties.filter(({ live }) => live).flatMap((party) => rowsOf(field, party)))

function rowsOf(field: CustomField, { party_id, unit_id, owner_id, fields }: Slotted): SlotRow[] {
  const value = fields[field.key]
  const keys = Array.isArray(value) ? value.map((one) => slotKey(field, one)) : [slotKey(field, value)]
  const numeric = slotColumn(field.kind) === 'n'
  return keys.map((key, part) => ({
    custom_field_id: field.custom_field_id,
    party_id,
    part,
    unit_id,
    owner_id,
    t: numeric ? null : String(key ?? ''),
    n: numeric ? (key ?? '-Infinity') : null,
    c: field.kind === 'money' ? ((value as { currency: string } | null | undefined)?.currency ?? null) : null,
  }))
}

const putText = `
with r as (
  select * from json_to_recordset($1::json) as r ${slotRecord}
), gone as (
  delete from party_slot s where s.party_id = any($2::bigint[]) and s.custom_field_id = any($3::bigint[])
    and not exists (select from r where r.party_id = s.party_id and r.custom_field_id = s.custom_field_id and r.part = s.part)
)
insert into party_slot as s (${slotColumns}) select ${slotColumns} from r
on conflict (party_id, custom_field_id, part) do update
set unit_id = excluded.unit_id, owner_id = excluded.owner_id, t = excluded.t, n = excluded.n, c = excluded.c
where (s.unit_id, s.owner_id, s.t, s.n, s.c) is distinct from (excluded.unit_id, excluded.owner_id, excluded.t, excluded.n, excluded.c)`

/** After a list row was written: what is sorted, and the buckets beside it. */
export async function projectFields(
  ctx: Ctx,
  parties: readonly Slotted[],
  only?: readonly CustomField[],
): Promise<void> {
  await Promise.all([projectSlots(ctx, parties, only), projectBuckets(ctx, parties)])
}

/** Of these parties, of these fields or all that are fast. */
async function projectSlots(
  ctx: Ctx,
  parties: readonly Slotted[],
  only?: readonly CustomField[],
): Promise<void> {
  const fields = (only ?? (await allFields(ctx))).filter(isKept)
  if (fields.length === 0 || parties.length === 0) return
  await named(ctx, 'fields.slots.put', putText, [
    JSON.stringify(slotRows(fields, parties)),
    parties.map(({ party_id }) => party_id),
    fields.map(({ custom_field_id }) => custom_field_id),
  ])
}

/** One batch of parties after another, until there are none: the next place, or null. */
export async function fillSlots(
  ctx: Ctx,
  field: CustomField,
  after: number,
  batch: number,
): Promise<{ after: number; count: number } | null> {
  // Writers of these parties wait, so that no older value lands over a newer one.
  const parties = await planned<Slotted>(
    ctx,
    `select l.party_id, l.unit_id, o.owner_id, l.live, l.fields from party_list l join party_own o using (party_id)
     where l.party_id > $1 order by l.party_id limit $2 for update`,
    [after, batch],
  )
  if (parties.length === 0) return null
  await projectSlots(ctx, parties, [field])
  return { after: parties.at(-1)!.party_id, count: parties.length }
}

/** Live parties without a row of this field: true while there may be more. */
export async function fillMissing(ctx: Ctx, field: CustomField, batch: number): Promise<boolean> {
  const parties = await planned<Slotted>(
    ctx,
    `select l.party_id, l.unit_id, o.owner_id, l.live, l.fields from party_list l join party_own o using (party_id)
     where l.live and not exists (select from party_slot s where s.party_id = l.party_id and s.custom_field_id = $1)
     order by l.party_id limit $2 for update`,
    [field.custom_field_id, batch],
  )
  await projectSlots(ctx, parties, [field])
  return parties.length === batch
}
