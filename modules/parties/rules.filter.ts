import type { CustomFieldShape } from './contract.fields.ts'
import { channels, type contactKinds, marketRoles, partyKinds } from './contract.shapes.ts'

// What one may filter by. Browser-safe: the page offers what the server takes.

export type Shape =
  | 'text'
  | 'points'
  | 'choice'
  | 'set'
  | 'owner'
  | 'unit'
  | 'party'
  | 'number'
  | 'money'
  | 'instant'
  | 'day'
  | 'yes_no'

const whole = ['is', 'is_not', 'in', 'not_in'] as const
const emptiness = ['empty', 'not_empty'] as const
const wordy = [...whole, 'contains', 'not_contains', 'starts_with', ...emptiness] as const
const sized = ['is', 'is_not', 'greater', 'at_least', 'less', 'at_most', 'between', ...emptiness] as const
const dated = [
  ...['is', 'before', 'after', 'between', 'last', 'ago', 'this', 'previous', 'next'],
  ...emptiness,
] as const
export type Op =
  | (typeof wordy)[number]
  | (typeof sized)[number]
  | 'all_of'
  | 'below'
  | 'not_below'
  | 'before'
  | 'after'
  | 'last'
  | 'ago'
  | 'this'
  | 'previous'
  | 'next'
export const opsOf: { readonly [S in Shape]: readonly Op[] } = {
  text: wordy,
  points: wordy,
  choice: [...whole, ...emptiness],
  set: [...whole, 'all_of', ...emptiness],
  owner: [...whole, ...emptiness],
  unit: ['below', 'not_below', ...whole],
  party: [...whole, ...emptiness],
  number: sized,
  money: sized,
  instant: dated as readonly Op[],
  day: dated as readonly Op[],
  yes_no: ['is', ...emptiness],
}

export const units = ['day', 'week', 'month', 'quarter', 'year'] as const
export type TimeUnit = (typeof units)[number]

/** As much of a custom field as a filter needs; a program's own record of it has more. */
export type CustomDefinition = Pick<
  CustomFieldShape,
  'custom_field_id' | 'key' | 'kind' | 'label_zh' | 'label_en' | 'options' | 'rules' | 'slot'
>
export type FilterField = {
  key: string
  shape: Shape
  /** false: there is always a value */
  optional: boolean
  /** the values there are; without them any text */
  options?: readonly string[]
  pattern?: RegExp
  integer?: boolean
  /** who may not see these contact points may only ask whether there are any */
  mask?: 'email' | 'phone' | 'wechat' | 'address'
  /** of which module's figures */
  figures?: true
  /** of the quality of its data, which another module judges */
  quality?: true
  custom?: CustomDefinition
}

const field = (key: string, shape: Shape, more: Partial<FilterField> = {}): FilterField => ({
  key,
  shape,
  optional: true,
  ...more,
})
const always = { optional: false } as const
const figures = { figures: true } as const
const quality = { quality: true } as const

const fields: readonly FilterField[] = [
  field('name', 'text', always),
  field('kind', 'choice', { ...always, options: partyKinds }),
  field('role', 'set', { pattern: /^[a-z][a-z0-9_]{1,39}$/ }),
  field('tag', 'set'),
  field('owner', 'owner'),
  field('unit', 'unit', always),
  field('country', 'choice', { pattern: /^[A-Z]{2}$/ }),
  field('language', 'choice', { options: ['zh-CN', 'en'] }),
  field('channel_preference', 'choice', { options: channels }),
  field('note', 'text'),
  field('external_id', 'points'),
  field('email', 'points', { mask: 'email' }),
  field('phone', 'points', { mask: 'phone' }),
  field('wechat', 'points', { mask: 'wechat' }),
  field('address', 'points', { mask: 'address' }),
  field('web', 'points'),
  field('order_count', 'number', { ...always, integer: true }),
  field('revenue_minor', 'money', always),
  field('first_order_at', 'instant'),
  field('last_order_at', 'instant'),
  field('created_at', 'instant', always),
  field('updated_at', 'instant', always),
  ...marketRoles.map((role) => field(`since.${role}`, 'day')),
  field('value.value_minor', 'money', figures),
  field('value.at_risk_minor', 'money', figures),
  field('value.p_alive', 'number', figures),
  field('value.lateness', 'number', figures),
  field('value.next_order_on', 'day', figures),
  field('value.overdue', 'yes_no', figures),
  field('value.core', 'yes_no', figures),
  field('value.class', 'choice', { ...figures, options: ['one_off', 'occasional', 'regular'] }),
  field('value.abc', 'choice', { ...figures, options: ['A', 'B', 'C'] }),
  // `none`: no check applies, or nobody has looked yet.
  field('quality.band', 'choice', {
    ...always,
    ...quality,
    options: ['good', 'fair', 'weak', 'poor', 'none'],
  }),
  field('quality.reason', 'set', quality),
]
export const builtIn: ReadonlyMap<string, FilterField> = new Map(fields.map((one) => [one.key, one]))

/** The kinds of contact points behind a field. */
export const pointKinds: { readonly [key: string]: readonly (typeof contactKinds)[number][] } = {
  email: ['email'],
  phone: ['phone'],
  wechat: ['wechat_openid', 'wechat_unionid'],
  address: ['address'],
  web: ['web'],
}

const shapeOfKind: { readonly [K in CustomDefinition['kind']]: Shape } = {
  text: 'text',
  long_text: 'text',
  link: 'text',
  number: 'number',
  money: 'money',
  date: 'day',
  yes_no: 'yes_no',
  choice: 'choice',
  multi_choice: 'set',
  party: 'party',
}
export const SINCE = 'since.'
/** Since when a role of the company's own is held. */
export const sinceField = (role: string): FilterField => field(SINCE + role, 'day')

export const CUSTOM = 'fields.'
export function customField(custom: CustomDefinition): FilterField {
  const choice = custom.kind === 'choice' || custom.kind === 'multi_choice'
  return {
    ...field(CUSTOM + custom.key, shapeOfKind[custom.kind]),
    ...(choice ? { options: custom.options.map(({ key }) => key) } : {}),
    custom,
  }
}

/** What may be asked of it: a field that is never empty is not asked whether it is. */
export const operators = ({ shape, optional }: Pick<FilterField, 'shape' | 'optional'>): readonly Op[] =>
  optional ? opsOf[shape] : opsOf[shape].filter((op) => op !== 'empty' && op !== 'not_empty')
