import { exponentOf } from '../../../../kernel/text.ts'
import type { FieldDefinition, FieldOption, FieldWrite } from '../../contract.fields.ts'

/** A definition as its editor holds it. */
export type Draft = Required<Omit<FieldWrite, 'key' | 'rules'>> & {
  key: string
  decimals: string
  currency: string
  min: string
  max: string
}

export const draftOf = (field: FieldDefinition | undefined, section: Partial<FieldDefinition>): Draft => ({
  key: field?.key ?? '',
  kind: field?.kind ?? 'text',
  label_zh: field?.label_zh ?? '',
  label_en: field?.label_en ?? '',
  help_zh: field?.help_zh ?? '',
  help_en: field?.help_en ?? '',
  section_zh: field?.section_zh ?? section.section_zh ?? '',
  section_en: field?.section_en ?? section.section_en ?? '',
  options: field?.options ?? [],
  default_value: field?.default_value ?? null,
  required: field?.required ?? false,
  distinct_values: field?.distinct_values ?? false,
  ask_on_create: field?.ask_on_create ?? false,
  sees_role_ids: field?.sees_role_ids ?? null,
  edits_role_ids: field?.edits_role_ids ?? null,
  fast: field ? field.slot !== 'off' : false,
  decimals: String(field?.rules.decimals ?? ''),
  currency: field?.rules.currency ?? '',
  min: boundOf(field, field?.rules.min),
  max: boundOf(field, field?.rules.max),
})

/** Bounds of money are kept in minor units. */
function boundOf(field: FieldDefinition | undefined, bound: number | string | undefined): string {
  if (bound === undefined) return ''
  const currency = field?.rules.currency
  return field?.kind === 'money' && currency
    ? String(Number(bound) / 10 ** exponentOf(currency))
    : String(bound)
}

export const hasOptions = (kind: Draft['kind']): boolean => kind === 'choice' || kind === 'multi_choice'
export const isBounded = (kind: Draft['kind']): boolean =>
  kind === 'number' || kind === 'money' || kind === 'date'

/** What is sent. A bound that is no number goes as it was typed: the server says that it does not fit. */
export function bodyOf(draft: Draft): FieldWrite {
  const { key, decimals, currency, min, max, ...rest } = draft
  const { kind } = draft
  const bound = (typed: string) =>
    kind === 'date'
      ? typed
      : kind === 'money' && currency
        ? Math.round(Number(typed) * 10 ** exponentOf(currency))
        : Number(typed)
  const bounds = isBounded(kind)
    ? { ...(min.trim() ? { min: bound(min) } : {}), ...(max.trim() ? { max: bound(max) } : {}) }
    : {}
  return {
    ...rest,
    ...(key.trim() ? { key: key.trim() } : {}),
    options: hasOptions(kind) ? rest.options.filter((one) => one.label_zh.trim() || one.label_en.trim()) : [],
    rules: {
      ...(kind === 'number' && decimals.trim() ? { decimals: Number(decimals) } : {}),
      ...(kind === 'money' && currency ? { currency } : {}),
      ...bounds,
    },
  }
}

/** Of an option's own: never given to another, also where its words change. */
export function newOption(options: readonly FieldOption[]): FieldOption {
  for (let n = options.length + 1; ; n++) {
    const key = `o${n}`
    if (!options.some((one) => one.key === key)) return { key, label_zh: '', label_en: '', archived: false }
  }
}
