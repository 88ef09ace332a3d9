import { record } from '../../../kernel/audit.ts'
import { atomically, type Ctx, expectVersion, planned } from '../../../kernel/ctx.ts'
import { enqueue, startRun } from '../../../kernel/job.ts'
import { notFound, refuse } from '../../../kernel/refuse.ts'
import type { Input } from '../../../kernel/route.ts'
import type { CustomFieldShape, FieldDefinition, FieldPatch, fields } from '../contract.fields.ts'
import { mayBeFast } from '../rules.fields.ts'
import { type CustomField, definedKeys, fieldsSeen, forgetFields, mayEdit, readFields } from './catalogue.ts'
import { checkDefinition, cleanDefault, cleanOptions, keepsValues, keyFrom } from './definition.rules.ts'
import { dropSlots, fillField, removeValues, settleKeys } from './jobs.ts'
import { countOptions, countValues, dropKeys, fillKeys } from './usage.ts'

// Definitions: written by administrators, read by everybody as far as their role sees.

type In<K extends keyof typeof fields> = Input<(typeof fields)[K]>

function shown(ctx: Ctx, field: CustomField): CustomFieldShape {
  const { sees: _s, edits: _e, sees_role_ids: _si, edits_role_ids: _ei, ...rest } = field
  return { ...rest, editable: mayEdit(ctx, field) }
}

const defined = (ctx: Ctx, field: CustomField): FieldDefinition => ({
  ...shown(ctx, field),
  sees_role_ids: field.sees_role_ids,
  edits_role_ids: field.edits_role_ids,
})

export const listFields = async (ctx: Ctx): Promise<{ items: CustomFieldShape[] }> => ({
  items: (await fieldsSeen(ctx)).map((field) => shown(ctx, field)),
})

export const listDefinitions = async (ctx: Ctx): Promise<{ items: FieldDefinition[] }> => ({
  items: (await readFields(ctx)).map((field) => defined(ctx, field)),
})

async function fieldOf(ctx: Ctx, id: number): Promise<CustomField> {
  if (ctx.tx) await planned(ctx, 'select from custom_field where custom_field_id = $1 for update', [id])
  return (await readFields(ctx)).find((field) => field.custom_field_id === id) ?? notFound()
}

export async function getField(ctx: Ctx, { params }: In<'get'>) {
  const field = await fieldOf(ctx, params.id)
  const [values, option_values] = await Promise.all([countValues(ctx, field.key), countOptions(ctx, field)])
  return { ...defined(ctx, field), values, option_values }
}

const writeText = `
insert into custom_field as f (custom_field_id, key, kind, label_zh, label_en, help_zh, help_en, section_zh, section_en, position, options, rules,
  default_value, required, distinct_values, ask_on_create, sees_role_ids, edits_role_ids, slot, archived_at, version, created_by, created_at, updated_at)
select r.custom_field_id, r.key, r.kind, r.label_zh, r.label_en, r.help_zh, r.help_en, r.section_zh, r.section_en, r.position, r.options, r.rules,
  nullif(r.default_value, 'null'), r.required, r.distinct_values, r.ask_on_create, r.sees_role_ids, r.edits_role_ids, r.slot, r.archived_at, 1, $2, r.updated_at, r.updated_at
from jsonb_populate_record(null::custom_field, $1) r
on conflict (custom_field_id) do update set kind = excluded.kind, label_zh = excluded.label_zh, label_en = excluded.label_en,
  help_zh = excluded.help_zh, help_en = excluded.help_en, section_zh = excluded.section_zh, section_en = excluded.section_en,
  position = excluded.position, options = excluded.options, rules = excluded.rules, default_value = excluded.default_value,
  required = excluded.required, distinct_values = excluded.distinct_values, ask_on_create = excluded.ask_on_create,
  sees_role_ids = excluded.sees_role_ids, edits_role_ids = excluded.edits_role_ids, slot = excluded.slot,
  archived_at = excluded.archived_at, version = f.version + 1, updated_at = excluded.updated_at`

const write = (ctx: Ctx, field: CustomField) =>
  planned(ctx, writeText, [
    JSON.stringify({ ...field, updated_at: ctx.now }),
    ctx.who.kind === 'user' ? ctx.who.id : null,
  ])

/** Of the roles named, those that are there. A role that is named anew must be; one that went since is let go of. */
async function rolesOf(
  ctx: Ctx,
  ids: readonly number[] | null,
  before: readonly number[] | null,
): Promise<number[] | null> {
  if (ids === null || ids.length === 0) return ids === null ? null : []
  const rows = await planned<{ role_id: number }>(
    ctx,
    'select role_id from role where role_id = any($1::bigint[]) order by role_id',
    [ids],
  )
  const there = rows.map(({ role_id }) => role_id)
  if (ids.some((id) => !there.includes(id) && !before?.includes(id))) refuse('fields.bad_role', 422)
  return there
}

const EMPTY = {
  label_zh: '',
  label_en: '',
  help_zh: '',
  help_en: '',
  section_zh: '',
  section_en: '',
  options: [],
  rules: {},
  default_value: null,
  required: false,
  distinct_values: false,
  ask_on_create: false,
  sees_role_ids: null,
  edits_role_ids: null,
  archived_at: null,
  version: 1,
} as const

export async function createField(ctx: Ctx, { body }: In<'create'>): Promise<FieldDefinition> {
  const { fast = false, key, ...given } = body
  const made = await atomically(ctx, async (ctx) => {
    // Two at once would want the same key and the same place.
    await planned(ctx, 'lock table custom_field in share row exclusive mode', [])
    const taken = new Set(await definedKeys(ctx))
    if (key !== undefined && taken.has(key)) refuse('fields.key_taken', 409, { key })
    const before = await readFields(ctx)
    const field = await cleaned(ctx, {
      ...EMPTY,
      ...given,
      custom_field_id: await ctx.house.ids.next(),
      key: key ?? keyFrom(given.label_en?.trim() || given.label_zh?.trim() || '', taken),
      position: Math.max(0, ...before.map(({ position }) => position)) + 1,
      slot: fast && mayBeFast(given.kind) ? 'filling' : 'off',
    } as CustomField)
    await write(ctx, field)
    if (field.slot === 'filling') await fill(ctx, field)
    await record(ctx, {
      action: 'fields.created',
      subject: 'custom_field',
      subject_id: field.custom_field_id,
      event: false,
    })
    return defined(ctx, await fieldOf(ctx, field.custom_field_id))
  })
  forgetFields(ctx)
  return made
}

async function cleaned(ctx: Ctx, field: CustomField, before?: CustomField): Promise<CustomField> {
  const trimmed = Object.fromEntries(
    (['label_zh', 'label_en', 'help_zh', 'help_en', 'section_zh', 'section_en'] as const).map((one) => [
      one,
      field[one].normalize('NFC').trim(),
    ]),
  )
  const tidy = { ...field, ...trimmed, options: cleanOptions(field.options) } as CustomField
  checkDefinition(tidy)
  return {
    ...tidy,
    sees_role_ids: await rolesOf(ctx, tidy.sees_role_ids, before?.sees_role_ids ?? null),
    edits_role_ids: await rolesOf(ctx, tidy.edits_role_ids, before?.edits_role_ids ?? null),
    default_value: cleanDefault(tidy),
  }
}

const fill = (ctx: Ctx, field: CustomField) =>
  startRun(ctx, fillField, { custom_field_id: field.custom_field_id }, { subject: subjectOf(field) })

/** The list of jobs is read by more roles than see every field: only what all of them see is named there. */
const subjectOf = ({ sees_role_ids, label_zh, label_en }: CustomField): Record<string, string> =>
  sees_role_ids === null ? { field: label_zh || label_en } : {}

/** Values are what people typed: nothing here loses one. */
async function mustKeepValues(ctx: Ctx, before: CustomField, after: CustomField): Promise<void> {
  if (!keepsValues(before.kind, after.kind)) {
    const count = await countValues(ctx, before.key)
    if (count > 0) refuse('fields.kind_held', 409, { count, kind: after.kind })
    return
  }
  const gone = before.options.filter(({ key }) => !after.options.some((one) => one.key === key))
  if (gone.length === 0) return
  const held = await countOptions(ctx, before)
  const lost = gone.find(({ key }) => (held[key] ?? 0) > 0)
  if (lost)
    refuse('fields.option_held', 409, {
      option: (ctx.locale === 'en' ? lost.label_en : lost.label_zh) || lost.label_en || lost.label_zh,
      count: held[lost.key],
    })
}

async function keepDistinct(ctx: Ctx, before: CustomField, after: CustomField): Promise<void> {
  if (before.distinct_values && !after.distinct_values) await dropKeys(ctx, before.custom_field_id)
  if (before.distinct_values || !after.distinct_values) return
  // Nobody writes a party until every value has its key.
  await planned(ctx, 'lock table party in share row exclusive mode', [])
  const { count, value } = await fillKeys(ctx, after)
  if (count > 0)
    refuse('fields.doubles', 409, { count, value: typeof value === 'object' ? JSON.stringify(value) : value })
  // Processes that have not heard of it yet may have written meanwhile.
  await enqueue(
    ctx,
    settleKeys,
    { custom_field_id: after.custom_field_id },
    { at: new Date(Date.now() + 10_000) },
  )
}

function slotAfter(before: CustomField, after: CustomField, fast: boolean | undefined): CustomField['slot'] {
  if (after.archived_at !== null || !mayBeFast(after.kind) || after.kind !== before.kind) return 'off'
  if (fast === undefined) return before.slot
  return fast ? (before.slot === 'off' ? 'filling' : before.slot) : 'off'
}

class Unchanged extends Error {
  readonly field: CustomField
  constructor(field: CustomField) {
    super('nothing to write')
    this.field = field
  }
}
/** A save that changes nothing writes nothing. */
async function orAsItIs(ctx: Ctx, write: () => Promise<FieldDefinition>): Promise<FieldDefinition> {
  try {
    return await write()
  } catch (error) {
    if (error instanceof Unchanged) return defined(ctx, error.field)
    throw error
  }
}

export async function updateField(ctx: Ctx, { params, body }: In<'update'>): Promise<FieldDefinition> {
  const answer = await orAsItIs(ctx, () =>
    atomically(ctx, async (ctx) => {
      const before = await fieldOf(ctx, params.id)
      expectVersion(ctx, before.version)
      const { fast, archived, ...given } = body as FieldPatch
      const archived_at =
        archived === undefined
          ? before.archived_at
          : archived
            ? (before.archived_at ?? ctx.now.toISOString())
            : null
      const wanted = await cleaned(ctx, { ...before, ...given, archived_at } as CustomField, before)
      const after = { ...wanted, slot: slotAfter(before, wanted, fast) }
      const was = changed(before, after)
      if (Object.keys(was).length === 0) throw new Unchanged(before)
      await mustKeepValues(ctx, before, after)
      await keepDistinct(ctx, before, after)
      await write(ctx, after)
      if (after.slot !== before.slot && after.slot === 'filling') await fill(ctx, after)
      if (after.slot === 'off' && before.slot !== 'off')
        await enqueue(ctx, dropSlots, { custom_field_id: before.custom_field_id })
      await record(ctx, {
        action: 'fields.changed',
        subject: 'custom_field',
        subject_id: params.id,
        was,
        event: false,
      })
      return defined(ctx, await fieldOf(ctx, params.id))
    }),
  )
  forgetFields(ctx)
  return answer
}

const told = [
  'kind',
  'label_zh',
  'label_en',
  'help_zh',
  'help_en',
  'section_zh',
  'section_en',
  'position',
  'options',
  'rules',
  'default_value',
  'required',
  'distinct_values',
  'ask_on_create',
  'sees_role_ids',
  'edits_role_ids',
  'slot',
  'archived_at',
] as const
const changed = (before: CustomField, after: CustomField): Record<string, unknown> =>
  Object.fromEntries(
    told
      .filter((one) => JSON.stringify(before[one]) !== JSON.stringify(after[one]))
      .map((one) => [one, before[one]]),
  )

export async function orderFields(ctx: Ctx, { body }: In<'order'>): Promise<{ items: FieldDefinition[] }> {
  const items = await atomically(ctx, async (ctx) => {
    await planned(ctx, 'lock table custom_field in share row exclusive mode', [])
    const before = await readFields(ctx)
    const ids = before.map(({ custom_field_id }) => custom_field_id)
    const unknown = body.ids.find((id) => !ids.includes(id))
    if (unknown !== undefined) refuse('fields.unknown', 422, { field: unknown })
    const order = [...body.ids, ...ids.filter((id) => !body.ids.includes(id))]
    await planned(
      ctx,
      `update custom_field f set position = o.n, version = version + 1, updated_at = $2
       from unnest($1::bigint[]) with ordinality as o (id, n) where f.custom_field_id = o.id and f.position <> o.n`,
      [order, ctx.now],
    )
    await record(ctx, {
      action: 'fields.ordered',
      subject: 'custom_field',
      subject_id: order[0]!,
      was: { order: ids },
      event: false,
    })
    return (await readFields(ctx)).map((field) => defined(ctx, field))
  })
  forgetFields(ctx)
  return { items }
}

/** With all its values, once somebody has seen how many they are. */
export async function removeField(
  ctx: Ctx,
  { params, query }: In<'remove'>,
): Promise<{ run_id: number; values: number }> {
  const answer = await atomically(ctx, async (ctx) => {
    const field = await fieldOf(ctx, params.id)
    expectVersion(ctx, field.version)
    if (field.archived_at === null) refuse('fields.not_archived', 409)
    const values = await countValues(ctx, field.key)
    if (values !== query.values) refuse('fields.values_changed', 409, { count: values })
    await planned(
      ctx,
      'update custom_field set removed_at = $2, version = version + 1 where custom_field_id = $1',
      [params.id, ctx.now],
    )
    await dropKeys(ctx, params.id)
    const { run_id } = await startRun(
      ctx,
      removeValues,
      { custom_field_id: params.id, key: field.key },
      { subject: subjectOf(field) },
    )
    await record(ctx, {
      action: 'fields.removed',
      subject: 'custom_field',
      subject_id: params.id,
      was: { key: field.key, label_zh: field.label_zh, label_en: field.label_en, values },
      event: false,
    })
    return { run_id, values }
  })
  forgetFields(ctx)
  return answer
}
