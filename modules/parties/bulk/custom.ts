import { type Ctx, named, planned } from '../../../kernel/ctx.ts'
import { refuse } from '../../../kernel/refuse.ts'
import type { BulkAction } from '../contract.ts'
import { allFields, type CustomField, fieldsSeen, labelOf, mayEdit } from '../fields/catalogue.ts'
import { sameKey } from '../fields/keys.ts'
import { projectFields } from '../fields/slots.ts'
import { mergedValues } from '../fields/values.ts'
import { judge } from '../rules.fields.ts'

// A custom field set over many: judged once as a single edit judges it, written set-wise, and taken back only to values
// that the field would still take.
// unscoped: writes rows that the bulk change has just locked within its reach, and answers nobody

type SetAction = Extract<BulkAction, { do: 'set' }>

/** The key of the custom field that it sets; null: it sets none. */
export const customKey = (action: BulkAction): string | null =>
  action.do === 'set' ? (/^fields\.([a-z][a-z0-9_]{0,39})$/.exec(action.field)?.[1] ?? null) : null

/** `held_by`: who has the value of a unique field already. */
export type Custom = { field: CustomField; held_by: number | null }

const unknown = (key: string): never => refuse('fields.unknown', 422, { field: key })

/** As the one who asks may edit it; archived or hidden, it is not there. */
export async function mustEdit(ctx: Ctx, action: BulkAction): Promise<CustomField | null> {
  const key = customKey(action)
  if (key === null) return null
  const field = (await fieldsSeen(ctx)).find((one) => one.key === key) ?? unknown(key)
  if (!mayEdit(ctx, field))
    return refuse('fields.not_editable', 403, { field: key, label: labelOf(field, ctx.locale) })
  return field
}

/** With the value as it is to be stored. */
export async function checkedValue(ctx: Ctx, action: SetAction, key: string): Promise<SetAction> {
  const { [key]: value = null } = await mergedValues(ctx, {}, { [key]: action.value })
  const field = await mustEdit(ctx, action)
  if (value === null && field!.required)
    return refuse('fields.required', 422, { field: key, label: labelOf(field!, ctx.locale) })
  return { ...action, value }
}

/** For the writing: the field as it is now, whoever asked. */
export async function customFor(ctx: Ctx, action: BulkAction): Promise<Custom | null> {
  const key = customKey(action)
  if (key === null) return null
  const field = (await allFields(ctx)).find((one) => one.key === key && one.archived_at === null)
  if (!field) return unknown(key)
  const { value } = action as SetAction
  if (!field.distinct_values || value === null) return { field, held_by: null }
  const [holder] = await planned<{ party_id: number }>(
    ctx,
    'select party_id from custom_value_key where custom_field_id = $1 and value_key = $2',
    [field.custom_field_id, sameKey(field, value)],
  )
  return { field, held_by: holder?.party_id ?? null }
}

/** A value that only one may have is not given to several. */
export function refuseSeveral(ctx: Ctx, custom: Custom | null, action: BulkAction, selected: number): void {
  if (!custom?.field.distinct_values || selected <= 1 || (action as SetAction).value === null) return
  const { key } = custom.field
  refuse('parties.bulk_unique', 422, { field: `fields.${key}`, label: labelOf(custom.field, ctx.locale) })
}

const listText = `
update party_list l set fields = p.fields, version = p.version from party p
where p.party_id = any($1::bigint[]) and p.party_id = l.party_id
returning l.party_id, l.unit_id, p.owner_id, l.live, l.fields`

/** The list, the sorted values and the unique ones after a slice: nothing else of a row shows a custom field. */
export async function mirrorField(ctx: Ctx, field: CustomField, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return
  const rows = await named<Parameters<typeof projectFields>[1][number]>(ctx, 'bulk.fields', listText, [ids])
  await projectFields(ctx, rows, [field])
  if (!field.distinct_values) return
  const held = await planned<{ party_id: number; value: unknown }>(
    ctx,
    `with gone as (delete from custom_value_key where custom_field_id = $1 and party_id = any($2::bigint[]))
     select party_id, fields -> $3 as value from party where party_id = any($2::bigint[]) and fields ? $3`,
    [field.custom_field_id, ids, field.key],
  )
  await planned(
    ctx,
    `insert into custom_value_key (custom_field_id, value_key, party_id) select $1, k, p from unnest($2::text[], $3::bigint[]) as u (k, p)`,
    [
      field.custom_field_id,
      held.map(({ value }) => sameKey(field, value)),
      held.map(({ party_id }) => party_id),
    ],
  )
}

/** Before a slice is taken back: whose old value the field would not take any more, and why. */
export async function unfit(
  ctx: Ctx,
  field: CustomField,
  party_ids: readonly number[],
  audit_ids: readonly number[],
): Promise<Record<number, string>> {
  const olds = await planned<{ party_id: number; was: unknown }>(
    ctx,
    `select w.party_id, r.payload -> $3 as was from unnest($1::bigint[], $2::bigint[]) as w (party_id, audit_id)
     join (select * from audit a where a.audit_id = any($2::bigint[]) offset 0) r using (party_id, audit_id)
     where r.payload is not null order by 1`,
    [party_ids, audit_ids, `fields.${field.key}`],
  )
  const why: Record<number, string> = {}
  const wanted = new Map<string, number>()
  for (const { party_id, was } of olds) {
    if (was === null && field.required) why[party_id] = 'required'
    if (was === null) continue
    const { bad, value } = judge(field, was, was)
    if (bad || value === null) why[party_id] = 'unfit'
    else if (!field.distinct_values) continue
    else if (wanted.has(sameKey(field, was))) why[party_id] = 'taken'
    else wanted.set(sameKey(field, was), party_id)
  }
  if (wanted.size === 0) return why
  const held = await planned<{ value_key: string; party_id: number }>(
    ctx,
    'select value_key, party_id from custom_value_key where custom_field_id = $1 and value_key = any($2::text[])',
    [field.custom_field_id, [...wanted.keys()]],
  )
  for (const { value_key, party_id } of held) {
    const mine = wanted.get(value_key)!
    if (mine !== party_id) why[mine] = 'taken'
  }
  return why
}
