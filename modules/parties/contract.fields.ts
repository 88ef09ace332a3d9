import { type Static, Type as T } from 'typebox'
import { Body, ById, Id, Instant, Nullable, oneOf, route, routes } from '../../kernel/route.ts'

// Custom fields as the API tells and takes them, and who defines them.

export const fieldKinds = [
  'text',
  'long_text',
  'number',
  'money',
  'date',
  'yes_no',
  'choice',
  'multi_choice',
  'party',
  'link',
] as const
export type FieldKind = (typeof fieldKinds)[number]

export const FieldOption = T.Object({
  key: T.String({ pattern: '^[a-z0-9][a-z0-9_]{0,39}$' }),
  label_zh: T.String({ maxLength: 60 }),
  label_en: T.String({ maxLength: 60 }),
  archived: T.Boolean({ description: 'kept where it stands, not offered any more' }),
})
export type FieldOption = Static<typeof FieldOption>

export const FieldRules = T.Object(
  {
    decimals: T.Optional(T.Integer({ minimum: 0, maximum: 6, description: 'of number; 2 unless said' })),
    currency: T.Optional(
      T.String({ pattern: '^[A-Z]{3}$', description: 'of money: what an amount without a currency is in' }),
    ),
    min: T.Optional(
      T.Union([T.Number(), T.String({ format: 'date' })], { description: 'money in minor units' }),
    ),
    max: T.Optional(T.Union([T.Number(), T.String({ format: 'date' })])),
  },
  { additionalProperties: false },
)
export type FieldRules = Static<typeof FieldRules>

/** A value as it is stored and told; see catalogue.ts for what it is per kind. */
export const FieldValue = T.Union([
  T.String(),
  T.Number(),
  T.Boolean(),
  T.Array(T.String()),
  T.Object({ minor: T.Integer(), currency: T.String() }),
  T.Object({ id: Id, name: T.String(), withheld: T.Boolean() }),
])

const Label = T.String({ maxLength: 60 })
const Help = T.String({ maxLength: 500 })
const words = {
  label_zh: Label,
  label_en: Label,
  help_zh: Help,
  help_en: Help,
  section_zh: Label,
  section_en: Label,
}
const switches = {
  required: T.Boolean({ description: 'a party may not be without it' }),
  distinct_values: T.Boolean({ description: 'no two parties have the same value' }),
  ask_on_create: T.Boolean({ description: 'stands in the form of a new party' }),
}
const Roles = Nullable(T.Array(Id, { maxItems: 200, description: 'roles by id; null: every role' }))

export const CustomField = T.Object({
  custom_field_id: Id,
  key: T.String(),
  kind: oneOf(...fieldKinds),
  ...words,
  position: T.Integer(),
  options: T.Array(FieldOption),
  rules: FieldRules,
  default_value: T.Unknown({ description: 'null: none' }),
  ...switches,
  editable: T.Boolean({ description: 'whether the caller’s role may edit it' }),
  slot: oneOf('off', 'filling', 'on'),
  archived_at: Nullable(Instant),
  version: T.Integer(),
  created_at: Instant,
  updated_at: Instant,
})
export type CustomFieldShape = Static<typeof CustomField>

/** For who defines them: with the roles, and how many parties hold a value. */
export const FieldDefinition = T.Object({
  ...CustomField.properties,
  sees_role_ids: Roles,
  edits_role_ids: Roles,
})
export type FieldDefinition = Static<typeof FieldDefinition>

const written = {
  options: T.Array(FieldOption, { maxItems: 500 }),
  rules: FieldRules,
  default_value: T.Unknown(),
  ...switches,
  sees_role_ids: Roles,
  edits_role_ids: Roles,
  fast: T.Boolean({ description: 'lists sort and filter by it fast, once the background has prepared it' }),
}
export const FieldWrite = Body({
  key: T.Optional(T.String({ pattern: '^[a-z][a-z0-9_]{0,39}$' })),
  kind: oneOf(...fieldKinds),
  ...T.Partial(T.Object({ ...words, ...written })).properties,
})
export type FieldWrite = Static<typeof FieldWrite>
export const FieldPatch = T.Partial(
  Body({ kind: oneOf(...fieldKinds), ...words, ...written, archived: T.Boolean() }),
  { additionalProperties: false, minProperties: 1 },
)
export type FieldPatch = Static<typeof FieldPatch>

const write = 'fields:write'
const unfit = [
  'fields.no_label',
  'fields.bad_rules',
  'fields.bad_option',
  'fields.bad_default',
  'fields.bad_role',
] as const

export const fields = routes({
  list: route('GET /custom-fields', {
    may: 'signed_in',
    does: 'Custom fields of parties that the caller’s role sees, in their order',
    gives: T.Object({ items: T.Array(CustomField) }),
  }),
  definitions: route('GET /custom-fields/definitions', {
    may: write,
    does: 'Every custom field with the roles that see and edit it, archived ones too',
    gives: T.Object({ items: T.Array(FieldDefinition) }),
  }),
  get: route('GET /custom-fields/:id', {
    may: write,
    does: 'One custom field, and how many parties hold a value of it',
    params: ById,
    gives: T.Object({
      ...FieldDefinition.properties,
      values: T.Integer({ description: 'parties with a value' }),
      option_values: T.Record(T.String(), T.Integer(), { description: 'parties by option' }),
    }),
  }),
  create: route('POST /custom-fields', {
    may: write,
    does: 'Define a custom field of parties',
    body: FieldWrite,
    gives: FieldDefinition,
    creates: true,
    refuses: ['fields.key_taken', ...unfit],
  }),
  order: route('PUT /custom-fields/order', {
    may: write,
    does: 'Put custom fields in this order; those that are not named stay behind them',
    body: Body({ ids: T.Array(Id, { minItems: 1, maxItems: 1000, uniqueItems: true }) }),
    gives: T.Object({ items: T.Array(FieldDefinition) }),
    refuses: ['fields.unknown'],
  }),
  update: route('PATCH /custom-fields/:id', {
    may: write,
    does: 'Change a custom field, archive it or bring it back; values are never lost by it',
    params: ById,
    body: FieldPatch,
    gives: FieldDefinition,
    versioned: true,
    refuses: [
      'fields.kind_held',
      'fields.option_held',
      'fields.not_distinct',
      'fields.doubles',
      'fields.default_distinct',
      'kernel.version_changed',
      ...unfit,
    ],
  }),
  remove: route('DELETE /custom-fields/:id', {
    may: write,
    does: 'Remove an archived custom field with all its values, in the background; `values` must be how many there are',
    params: ById,
    query: T.Object({ values: T.Integer({ minimum: 0 }) }),
    gives: T.Object({ run_id: Id, values: T.Integer() }),
    versioned: true,
    refuses: ['fields.not_archived', 'fields.values_changed'],
  }),
})
