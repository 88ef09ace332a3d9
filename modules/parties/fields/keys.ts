import { createHash } from 'node:crypto'
import { type Ctx, named, planned } from '../../../kernel/ctx.ts'
import { refuse } from '../../../kernel/refuse.ts'
import { reaches } from '../../../kernel/scope.ts'
import { type CustomField, labelOf } from './catalogue.ts'

// No two parties with the same value: a row per value in custom_value_key, whose primary key decides, whoever writes at
// the same time. Trashed parties keep theirs, so that they can come back. unscoped: asks who holds a value, and tells
// only those who reach that party

// A key of an index: longer texts stand there by their hash.
const KEY_MAX = 300

/** What two equal values have in common, however they are written. */
export function sameKey({ kind }: Pick<CustomField, 'kind'>, value: unknown): string {
  if (kind === 'money') {
    const { minor, currency } = value as { minor: number; currency: string }
    return `${currency} ${minor}`
  }
  const text = String(value).normalize('NFKC').toLowerCase()
  return text.length <= KEY_MAX ? text : `sha256:${createHash('sha256').update(text).digest('hex')}`
}

export type ValueKey = { custom_field_id: number; value_key: string }

export const keysOf = (
  fields: readonly CustomField[],
  values: Readonly<Record<string, unknown>>,
): ValueKey[] =>
  fields
    .filter((field) => field.distinct_values && values[field.key] !== undefined)
    .map((field) => ({
      custom_field_id: field.custom_field_id,
      value_key: sameKey(field, values[field.key]),
    }))

const isTaken = (error: unknown): boolean =>
  (error as { constraint?: string }).constraint === 'custom_value_key_pkey'

/** Who is told: the name where the caller reaches that party, else only that somebody has it. */
export async function refuseTaken(
  ctx: Ctx,
  fields: readonly CustomField[],
  keys: readonly ValueKey[],
  party_id: number,
): Promise<never> {
  const [holder] = await planned<
    ValueKey & { party_id: number; name: string; unit_id: number; owner_id: number | null }
  >(
    { ...ctx, tx: null },
    `select k.custom_field_id, k.value_key, p.party_id, p.name, p.unit_id, p.owner_id
     from custom_value_key k join party p using (party_id)
     where (k.custom_field_id, k.value_key) in (select * from unnest($1::bigint[], $2::text[])) and k.party_id <> $3 limit 1`,
    [keys.map((key) => key.custom_field_id), keys.map((key) => key.value_key), party_id],
  )
  // It was given up between our write and this look: trying again will do.
  if (!holder) return refuse('kernel.conflict', 409)
  const field = fields.find((one) => one.custom_field_id === holder.custom_field_id)!
  const label = labelOf(field, ctx.locale)
  if (!reaches(ctx.reach, holder)) return refuse('fields.taken_elsewhere', 409, { field: field.key, label })
  return refuse('fields.taken', 409, {
    field: field.key,
    label,
    party_id: holder.party_id,
    name: holder.name,
  })
}

/** Of one party, when it is saved: what it gives up goes, what it takes is its own from here on. */
export async function moveKeys(
  ctx: Ctx,
  fields: readonly CustomField[],
  party_id: number,
  was: Readonly<Record<string, unknown>>,
  is: Readonly<Record<string, unknown>>,
): Promise<void> {
  const name = ({ custom_field_id, value_key }: ValueKey) => `${custom_field_id} ${value_key}`
  const before = keysOf(fields, was)
  const after = keysOf(fields, is)
  const gone = before.filter((key) => !after.some((one) => name(one) === name(key)))
  const come = after.filter((key) => !before.some((one) => name(one) === name(key)))
  const columns = (keys: readonly ValueKey[]) => [
    keys.map((key) => key.custom_field_id),
    keys.map((key) => key.value_key),
  ]
  if (gone.length > 0)
    await named(
      ctx,
      'fields.keys.drop',
      `delete from custom_value_key k using unnest($1::bigint[], $2::text[]) as g (f, v)
       where k.custom_field_id = g.f and k.value_key = g.v and k.party_id = $3`,
      [...columns(gone), party_id],
    )
  if (come.length === 0) return
  try {
    await named(
      ctx,
      'fields.keys.take',
      'insert into custom_value_key (custom_field_id, value_key, party_id) select f, v, $3 from unnest($1::bigint[], $2::text[]) as k (f, v)',
      [...columns(come), party_id],
    )
  } catch (error) {
    if (isTaken(error)) return refuseTaken(ctx, fields, come, party_id)
    throw error
  }
}

export { isTaken }
