import { refuse } from '../../../kernel/refuse.ts'
import type { FieldOption, FieldRules } from '../contract.fields.ts'
import { nameKeys } from '../names/romanise.ts'
import { isCurrency, isDay, judge, mayBeDistinct } from '../rules.fields.ts'
import type { CustomField } from './catalogue.ts'

// What a definition must be, whoever writes it.

/** 信用等级 → xin_yong_deng_ji; Credit rating → credit_rating. */
export function keyFrom(label: string, taken: ReadonlySet<string>): string {
  const { spelled } = nameKeys(label, 'organisation')
  const words = label
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
  const plain = (words.length > 1 ? words : spelled).replace(/^[^a-z]+/, '').slice(0, 36) || 'field'
  for (let n = 1; ; n++) {
    const key = n === 1 ? plain : `${plain}_${n}`
    if (!taken.has(key)) return key
  }
}

export type Definition = Pick<
  CustomField,
  'kind' | 'label_zh' | 'label_en' | 'options' | 'rules' | 'default_value' | 'required' | 'distinct_values'
>

const allowed: Readonly<Record<string, readonly (keyof FieldRules)[]>> = {
  number: ['decimals', 'min', 'max'],
  money: ['currency', 'min', 'max'],
  date: ['min', 'max'],
}

function checkRules({ kind, rules }: Definition): void {
  for (const rule of Object.keys(rules) as (keyof FieldRules)[])
    if (!allowed[kind]?.includes(rule)) refuse('fields.bad_rules', 422, { rule })
  if (rules.currency !== undefined && !isCurrency(rules.currency))
    refuse('fields.bad_rules', 422, { rule: 'currency' })
  const { min, max } = rules
  for (const [rule, bound] of [
    ['min', min],
    ['max', max],
  ] as const) {
    if (bound === undefined) continue
    const fits =
      kind === 'date'
        ? typeof bound === 'string' && isDay(bound)
        : typeof bound === 'number' && Number.isFinite(bound)
    if (!fits) refuse('fields.bad_rules', 422, { rule })
  }
  if (min !== undefined && max !== undefined && min > max) refuse('fields.bad_rules', 422, { rule: 'min' })
}

const isChoice = (kind: string): boolean => kind === 'choice' || kind === 'multi_choice'

function checkOptions({ kind, options }: Definition): void {
  if (!isChoice(kind)) {
    if (options.length > 0) refuse('fields.bad_option', 422)
    return
  }
  const keys = new Set(options.map(({ key }) => key))
  const nameless = options.some(({ label_zh, label_en }) => label_zh === '' && label_en === '')
  if (options.length === 0 || keys.size < options.length || nameless) refuse('fields.bad_option', 422)
}

export function checkDefinition(field: Definition): void {
  if (field.label_zh === '' && field.label_en === '') refuse('fields.no_label', 422)
  checkRules(field)
  checkOptions(field)
  if (field.distinct_values && !mayBeDistinct(field.kind)) refuse('fields.not_distinct', 422)
  if (field.default_value === null) return
  if (field.distinct_values) refuse('fields.default_distinct', 422)
  const { value, bad } = judge(field, field.default_value)
  // Another party as what everybody starts with is a slip.
  if (bad || value === null || field.kind === 'party') refuse('fields.bad_default', 422)
}

/** What is stored of a default is the clean value. */
export const cleanDefault = (field: Definition): unknown =>
  field.default_value === null ? null : (judge(field, field.default_value).value ?? null)

export const cleanOptions = (options: readonly FieldOption[]): FieldOption[] =>
  options.map((option) => ({
    ...option,
    label_zh: option.label_zh.trim(),
    label_en: option.label_en.trim(),
  }))

/** A text fits where a longer one may stand. Everything else would have to be turned into something else. */
export const keepsValues = (was: CustomField['kind'], is: CustomField['kind']): boolean =>
  was === is || (was === 'text' && is === 'long_text')
