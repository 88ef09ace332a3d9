import { type Ctx, named } from '../../../kernel/ctx.ts'
import type { FieldKind, FieldOption, FieldRules } from '../contract.fields.ts'

/**
 * Which custom fields there are, and whose they are. Whatever tells or takes values asks here first: a field that
 * the caller's role may not see is, for that caller, not there.
 *
 * How a value is stored, in `party.fields ->> key` (party_listed.fields is the same; a field without a value has no key):
 *   text, long_text, link   string
 *   number                  number, at most 15 digits, `rules.decimals` of them behind the point
 *   money                   {"minor": 125000, "currency": "CNY"}
 *   date                    "2024-02-29"
 *   yes_no                  true | false
 *   choice                  the option's key
 *   multi_choice            array of option keys, in the order of the options, never empty
 *   party                   the party's id
 *
 * Fast fields (`slotOf(field)` is not null) have rows in party_slot, for every live party, with or without a value:
 *   column 't' (text collate "C"): text as a sort key (pinyin order), date as it is, choice and multi_choice the option's
 *     key, link in lower case; at most 120 characters. '' = empty.
 *   column 'n' (double precision): number, money in minor units (its currency in 'c'), yes_no as 0 and 1, party as the id. '-Infinity' = empty.
 * Indexes: (custom_field_id, t | n, party_id), and the same with unit_id or owner_id before the value. So a sort is a
 * walk along `select party_id, t as slot from party_slot where custom_field_id = $ and t is not null [and unit_id = $]
 * order by t, party_id`, and a filter a range of it (`t is not null` or `n is not null` must be said: the indexes are
 * partial). A filter's value becomes a slot's by `slotKey(field, value)` of ./slots.ts. multi_choice has a row per
 * option and cannot be sorted by. Everything else filters through party_listed.fields; money is to be filtered with its
 * currency (party_listed.fields -> key ->> 'currency', party_slot.c).
 */
export type CustomField = {
  custom_field_id: number
  key: string
  kind: FieldKind
  label_zh: string
  label_en: string
  help_zh: string
  help_en: string
  section_zh: string
  section_en: string
  position: number
  options: FieldOption[]
  rules: FieldRules
  default_value: unknown
  required: boolean
  distinct_values: boolean
  ask_on_create: boolean
  slot: 'off' | 'filling' | 'on'
  archived_at: string | null
  version: number
  created_at: string
  updated_at: string
  sees_role_ids: number[] | null
  edits_role_ids: number[] | null
  /** role codes; null: every role */
  sees: string[] | null
  edits: string[] | null
}

const columns = `custom_field_id, key, kind, label_zh, label_en, help_zh, help_en, section_zh, section_en, position, options, rules,
  default_value, required, distinct_values, ask_on_create, slot, archived_at, version, created_at, updated_at,
  sees_role_ids, edits_role_ids,
  case when sees_role_ids is not null then array(select r.code from role r where r.role_id = any(sees_role_ids)) end as sees,
  case when edits_role_ids is not null then array(select r.code from role r where r.role_id = any(edits_role_ids)) end as edits`

// Asked with every row told; a changed definition shows within this time in other processes, at once in its own.
export const AGE_MS = 2000
type Held = { at: number; fields: Promise<readonly CustomField[]> }
const held = new WeakMap<object, Held>()

export const readFields = (ctx: Ctx): Promise<CustomField[]> =>
  named<CustomField>(
    ctx,
    'fields.read',
    `select ${columns} from custom_field where removed_at is null order by position, custom_field_id`,
    [],
  )

/** Every definition, archived ones too, in their order: for what is not told to anybody. */
export async function allFields(ctx: Ctx): Promise<readonly CustomField[]> {
  const earlier = held.get(ctx.house)
  if (earlier && Date.now() - earlier.at < AGE_MS) return earlier.fields
  // Outside of any transaction: what one has not committed is nobody else's.
  const fields = readFields({ ...ctx, tx: null })
  held.set(ctx.house, { at: Date.now(), fields })
  fields.catch(() => held.delete(ctx.house))
  return fields
}

/** Every key that was ever given, those of fields that are gone too: records still name them. */
export async function definedKeys(ctx: Ctx): Promise<string[]> {
  const rows = await named<{ key: string }>(ctx, 'fields.keys', 'select key from custom_field', [])
  return rows.map((row) => row.key)
}

export const forgetFields = (ctx: Ctx): boolean => held.delete(ctx.house)

const alive = (field: CustomField): boolean => field.archived_at === null

/** The administrator cannot be shut out, nor can the house itself. */
const sovereign = ({ who }: Ctx): boolean =>
  who.role === 'administrator' || who.kind === 'system' || who.kind === 'cli'

export const maySee = (ctx: Ctx, field: CustomField): boolean =>
  sovereign(ctx) || field.sees === null || field.sees.includes(ctx.who.role)

export const mayEdit = (ctx: Ctx, field: CustomField): boolean =>
  maySee(ctx, field) && (sovereign(ctx) || field.edits === null || field.edits.includes(ctx.who.role))

/** The fields that the caller's role may see, in their order; without archived ones. */
export const fieldsSeen = async (ctx: Ctx): Promise<readonly CustomField[]> =>
  (await allFields(ctx)).filter((field) => alive(field) && maySee(ctx, field))

/** Those of them that it may also edit. Whether it may write the party is another question. */
export const fieldsWritten = async (ctx: Ctx): Promise<readonly CustomField[]> =>
  (await allFields(ctx)).filter((field) => alive(field) && mayEdit(ctx, field))

export type Slot = { custom_field_id: number; column: 't' | 'n'; sortable: boolean; empty: string }

const numeric: ReadonlySet<FieldKind> = new Set<FieldKind>(['number', 'money', 'yes_no', 'party'])
export const slotColumn = (kind: FieldKind): 't' | 'n' => (numeric.has(kind) ? 'n' : 't')

/** Where its values stand sorted; null while they do not: then through party_listed.fields, slower. */
export const slotOf = (field: CustomField): Slot | null =>
  field.slot !== 'on' || field.kind === 'long_text'
    ? null
    : {
        custom_field_id: field.custom_field_id,
        column: slotColumn(field.kind),
        sortable: field.kind !== 'multi_choice',
        empty: slotColumn(field.kind) === 'n' ? '-Infinity' : '',
      }

export { labelOf } from '../rules.fields.ts'
