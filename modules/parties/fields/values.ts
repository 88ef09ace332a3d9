import { type Ctx, named } from '../../../kernel/ctx.ts'
import { refuse } from '../../../kernel/refuse.ts'
import { scopeSql } from '../../../kernel/scope.ts'
import { leadsTo } from '../merging/survivor.ts'
import { judge } from '../rules.fields.ts'
import { allFields, type CustomField, fieldsSeen, labelOf, mayEdit, maySee } from './catalogue.ts'

// What people and programs send of custom fields, and what they are told.

export type Values = Record<string, unknown>

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)

/** Merged per key: null takes a value away, a field that is not named stays. Refuses what may not be. */
export async function mergedValues(ctx: Ctx, held: Values, given: Values): Promise<Values> {
  const fields = await allFields(ctx)
  const after = { ...held }
  for (const [key, wanted] of Object.entries(given)) {
    const field = fields.find((one) => one.key === key && one.archived_at === null && maySee(ctx, one))
    // One that may not be seen is not there.
    if (!field) return refuse('fields.unknown', 422, { field: key })
    const details = { field: key, label: labelOf(field, ctx.locale) }
    const { value, bad } = judge(field, wanted, held[key])
    if (bad) return refuse(bad.code, 422, { ...details, ...bad.details })
    if (same(held[key], value)) continue
    if (!mayEdit(ctx, field)) return refuse('fields.not_editable', 403, details)
    if (value === null && field.required) return refuse('fields.required', 422, details)
    if (value === null) delete after[key]
    else after[key] = value
  }
  return { ...after, ...(await ledTo(ctx, fields, held, after)) }
}

/** Of a new party: what was given, the defaults of what was not, and nothing required missing. */
export async function newValues(ctx: Ctx, given: Values = {}): Promise<Values> {
  const fields = (await allFields(ctx)).filter((field) => field.archived_at === null)
  if (fields.length === 0 && Object.keys(given).length === 0) return {}
  const known = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null))
  const values = await mergedValues(ctx, defaultsOf(fields, given), known)
  const missing = fields.find(
    (field) => field.required && values[field.key] === undefined && mayEdit(ctx, field),
  )
  // Who may not fill it in cannot be asked for it.
  if (missing)
    return refuse('fields.required', 422, { field: missing.key, label: labelOf(missing, ctx.locale) })
  return values
}

/** Whoever creates: a default stands also in a field that they may not see. One that no longer fits is none. */
export const defaultsOf = (fields: readonly CustomField[], given: Values = {}): Values =>
  Object.fromEntries(
    fields
      .filter((field) => field.default_value !== null && given[field.key] === undefined)
      .map((field) => [field.key, judge(field, field.default_value).value ?? null])
      .filter(([, value]) => value !== null),
  )

const refOf = (value: unknown): number => Number(value)

/** A reference leads to a party that the caller reaches, to the survivor of one that was merged. One that stays as it is may lead anywhere. */
async function ledTo(ctx: Ctx, fields: readonly CustomField[], held: Values, after: Values): Promise<Values> {
  const wanted = fields.filter(
    ({ kind, key }) => kind === 'party' && after[key] !== undefined && !same(after[key], held[key]),
  )
  if (wanted.length === 0) return {}
  const reached = await partyNames(
    ctx,
    wanted.flatMap(({ key }) => [after[key], held[key] ?? []].flat().map(refOf)),
  )
  const led = wanted.map((field) => {
    const { key } = field
    const to =
      reached.get(refOf(after[key]))?.id ??
      refuse('fields.bad_party', 422, { field: key, label: labelOf(field, ctx.locale) })
    // Who is told the survivor sends the survivor back: that changes nothing, and parting them finds it as it was.
    return [key, reached.get(refOf(held[key]))?.id === to ? held[key] : to]
  })
  return Object.fromEntries(led)
}

/** Whom these lead to, where the caller reaches them: of one that was merged, its survivor. */
export async function partyNames(ctx: Ctx, ids: readonly number[]): Promise<Map<number, Led>> {
  if (ids.length === 0) return new Map()
  const scope = scopeSql(ctx.reach, 'p', 2)
  const rows = await named<{ asked: number } & Led>(
    ctx,
    `fields.parties.${ctx.reach.kind}`,
    `select w.asked, p.party_id as id, p.name from ${leadsTo('$1::bigint[]', 'p')} where p.kind <> 'anonymous' and ${scope.text}`,
    [[...new Set(ids)], scope.value],
  )
  return new Map(rows.map(({ asked, ...led }) => [asked, led]))
}

type Led = { id: number; name: string }
export type ToldParty = { id: number | null; name: string; withheld: boolean }
const WITHHELD: ToldParty = { id: null, name: '', withheld: true }

/**
 * As the caller may see them, a whole page at once: only fields that the role sees, and of a party its name, where it
 * is within reach. The order of the answer is that of `rows`.
 */
export async function toldFields(ctx: Ctx, rows: readonly Values[]): Promise<Values[]> {
  const fields = await fieldsSeen(ctx)
  if (fields.length === 0) return rows.map(() => ({}))
  const links = fields.filter(({ kind }) => kind === 'party')
  const ids = rows.flatMap((row) => links.map(({ key }) => row[key]).filter((id) => id !== undefined))
  const names = ids.length > 0 ? await partyNames(ctx, ids.map(refOf)) : new Map<number, Led>()
  const seen = new Set(fields.map(({ key }) => key))
  // A copy of which little changes: made anew field by field it was a tenth of what a page costs.
  return rows.map((row) => {
    const told = { ...row }
    for (const key in told) if (!seen.has(key)) delete told[key]
    for (const { key } of links) if (told[key] !== undefined) told[key] = toldParty(told[key], names)
    return told
  })
}

export function toldParty(value: unknown, names: ReadonlyMap<number, Led>): ToldParty {
  const led = names.get(refOf(value))
  return led ? { ...led, withheld: false } : WITHHELD
}
