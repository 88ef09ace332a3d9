import fc from 'fast-check'
import { type ContactKind, channels, marketRoles } from '../contract.shapes.ts'
import type { FilterNode } from './tree.ts'

// Parties and filters made up for tests, and what a filter means, said a second time and plainly.

export type Made = {
  party_id: number
  name: string
  kind: 'person' | 'organisation'
  unit_id: number
  owner_id: number | null
  tags: string[]
  country: string | null
  language: string | null
  channel_preference: string | null
  note: string
  created_at: string
  updated_at: string
  order_count: number
  revenue_minor: number
  unrated_count: 0
  first_order_at: string | null
  last_order_at: string | null
  roles: { role: string; since: string; until: string | null }[]
  contacts: { kind: ContactKind; value: string }[]
  fields: Record<string, unknown>
}

/** Its days are told in this zone, eight hours before UTC. */
export const ZONE = 'Asia/Shanghai'
const AHEAD_MS = 8 * 3_600_000
const DAY_MS = 86_400_000
export const dayThere = (at: Date): string => new Date(at.getTime() + AHEAD_MS).toISOString().slice(0, 10)
const shift = (day: string, n: number) => new Date(Date.parse(day) + n * DAY_MS).toISOString().slice(0, 10)

const names = ['单雄信', '李娜', 'Anna Bauer', '华东机电有限公司', '100% Cotton', 'a_b\\c', 'ANNA', '阿里']
const options = ['gold', 'silver', 'wood']
export const customFields = [
  { key: 'level', kind: 'choice', options },
  { key: 'habits', kind: 'multi_choice', options },
  { key: 'area', kind: 'number', options: [] },
  { key: 'asked_on', kind: 'date', options: [] },
  { key: 'motto', kind: 'text', options: [] },
  { key: 'signed', kind: 'yes_no', options: [] },
  { key: 'budget', kind: 'money', options: [] },
] as const

/** Around now, so that relative dates have something on both sides of their edges. */
export function madeAround(now: Date, n: number): Made[] {
  const today = dayThere(now)
  let seed = 7
  const next = (below: number) => {
    seed = (seed * 48271) % 2147483647
    return seed % below
  }
  const pick = <V>(values: readonly V[]): V => values[next(values.length)]!
  const days = [0, -1, -6, -7, -8, -29, -30, -31, -89, -90, -91, -180, -366, -800, 1]
  const instant = (day: string) =>
    new Date(Date.parse(day) - AHEAD_MS + pick([0, 1, 11 * 3_600_000, DAY_MS - 1])).toISOString()
  const some = <V>(values: readonly V[]): V[] => values.filter(() => next(3) === 0)
  return Array.from({ length: n }, (_, i) => ({
    party_id: 50_000 + i,
    name: `${pick(names)}${next(4)}`,
    kind: pick(['person', 'organisation'] as const),
    unit_id: pick([1, 2, 3, 21, 31]),
    owner_id: pick([101, 102, 103, 104, null]),
    tags: some(['core', '大客户', 'vip 1']),
    country: pick(['CN', 'GB', null]),
    language: pick(['zh-CN', 'en', null]),
    channel_preference: pick([...channels, null]),
    note: pick(['', 'Likes 茶', 'none']),
    created_at: instant(shift(today, pick(days))),
    updated_at: instant(shift(today, pick(days))),
    order_count: next(5),
    revenue_minor: next(4000) - 500,
    unrated_count: 0,
    first_order_at: next(4) ? instant(shift(today, pick(days))) : null,
    last_order_at: next(4) ? instant(shift(today, pick(days))) : null,
    roles: some(marketRoles.slice(0, 4)).map((role) => {
      const since = shift(today, pick(days.slice(0, -1)))
      return { role, since, until: next(4) ? null : today }
    }),
    contacts: [
      ...(next(2)
        ? [{ kind: 'email' as const, value: `${pick(['anna', 'li'])}@${pick(['x.cn', 'y.uk'])}` }]
        : []),
      ...(next(2)
        ? [{ kind: 'phone' as const, value: `+8613${pick(['8', '9'])}000012${next(90) + 10}` }]
        : []),
    ],
    fields: {
      ...(next(3) ? { level: pick(options) } : {}),
      ...(next(3) ? { habits: options.filter((_, at) => at === i % 3 || next(2) === 0) } : {}),
      ...(next(3) ? { area: pick([0, 1.5, 20, -3]) } : {}),
      ...(next(3) ? { asked_on: shift(today, pick(days)) } : {}),
      ...(next(3) ? { motto: pick(['Quiet', 'quiet', '宁静致远']) } : {}),
      ...(next(3) ? { signed: next(2) === 0 } : {}),
      ...(next(3) ? { budget: { minor: pick([100, 2000]), currency: pick(['CNY', 'GBP']) } } : {}),
    },
  }))
}

const one = <V>(...values: V[]) => fc.constantFrom(...values)
const condition = (field: string, op: fc.Arbitrary<string>, value: fc.Arbitrary<unknown>) =>
  fc.record({ field: fc.constant(field), op, value })
const list = <V>(value: fc.Arbitrary<V>) => fc.array(value, { minLength: 1, maxLength: 3 })
const whole = (field: string, value: fc.Arbitrary<unknown>) =>
  fc.oneof(condition(field, one('is', 'is_not'), value), condition(field, one('in', 'not_in'), list(value)))
const empties = (...fields: string[]) => fc.record({ field: one(...fields), op: one('empty', 'not_empty') })
const wordy = (field: string, word: fc.Arbitrary<string>) =>
  fc.oneof(
    condition(field, one('contains', 'not_contains', 'starts_with', 'is', 'is_not'), word),
    whole(field, word),
  )
const sized = (field: string, amount: fc.Arbitrary<unknown>) =>
  condition(field, one('is', 'is_not', 'greater', 'at_least', 'less', 'at_most'), amount)

type Days = (field: string) => fc.Arbitrary<unknown>
const customs = (dated: Days) => [
  dated('fields.asked_on'),
  sized('fields.area', one(0, 1.5, 20)),
  wordy('fields.motto', one('quiet', '宁')),
  sized('fields.budget', one({ minor: 100, currency: 'CNY' }, { minor: 2000, currency: 'GBP' })),
]

/** `custom`: of nothing but custom fields with ranges and words. */
export function conditions(now: Date, custom = false): fc.Arbitrary<FilterNode> {
  const today = dayThere(now)
  const day = fc.integer({ min: -100, max: 3 }).map((n) => shift(today, n))
  const dated = (field: string) =>
    fc.oneof(
      condition(field, one('is', 'before', 'after'), day),
      condition(
        field,
        one('last', 'ago', 'next'),
        fc.record({ n: one(0, 1, 7, 30, 90), unit: fc.constant('day') }),
      ),
      condition(field, one('last', 'ago'), fc.record({ n: one(1, 4), unit: fc.constant('week') })),
      condition(field, one('this', 'previous'), one('day', 'week', 'month', 'quarter', 'year')),
      condition(
        field,
        one('between'),
        fc.tuple(day, day).map((two) => two.sort()),
      ),
    )
  if (custom) return fc.oneof(...customs(dated)) as fc.Arbitrary<FilterNode>
  return fc.oneof(
    wordy('name', one('an', '李', '%', 'a_b', 'ANNA', '\\', '李娜0')),
    wordy('note', one('likes', '茶', 'none')),
    wordy('email', one('anna', 'x.cn', 'ANNA@X.CN')),
    condition(
      'phone',
      one('contains', 'not_contains', 'starts_with'),
      one('1380000', '138 0000', '+86139', '139'),
    ),
    whole('kind', one('person', 'organisation')),
    whole('country', one('CN', 'GB', 'IS')),
    whole('language', one('zh-CN', 'en')),
    whole('role', one(...marketRoles.slice(0, 5))),
    whole('tag', one('core', '大客户', 'vip 1')),
    condition('tag', one('all_of'), list(one('core', '大客户', 'vip 1'))),
    whole('owner', one<number | string>(101, 102, 'me', 'none', 'left')),
    whole('unit', one(1, 2, 21, 3)),
    condition('unit', one('below', 'not_below'), one(1, 2, 21, 3)),
    sized('order_count', one(0, 1, 3)),
    sized('revenue_minor', one(-1, 0, 2000)),
    condition('revenue_minor', one('between'), one([-10, 500], [0, 0])),
    dated('created_at'),
    dated('updated_at'),
    dated('last_order_at'),
    dated('since.customer'),
    ...customs(dated),
    whole('fields.level', one(...options)),
    whole('fields.habits', one(...options)),
    condition('fields.habits', one('all_of'), list(one(...options))),
    condition('fields.signed', one('is'), one(true, false)),
    empties(
      ...['note', 'tag', 'role', 'owner', 'country', 'email', 'phone', 'last_order_at', 'since.customer'],
      ...customFields.map(({ key }) => `fields.${key}`),
    ),
  ) as fc.Arbitrary<FilterNode>
}

export const trees = (now: Date, custom = false): fc.Arbitrary<FilterNode> =>
  fc.letrec<{ node: FilterNode; leaf: FilterNode }>((tie) => ({
    leaf: conditions(now, custom),
    node: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      tie('leaf'),
      fc.record({ all: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ any: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ not: tie('node') }),
    ),
  })).node

type World = { today: string; latest: string; me: number; left: number[]; below: Record<number, number[]> }

export function meets(made: Made, node: FilterNode, world: World): boolean {
  if ('not' in node) return !meets(made, node.not, world)
  if ('all' in node) return node.all.every((child) => meets(made, child, world))
  if ('any' in node) return node.any.some((child) => meets(made, child, world))
  const values = Array.isArray(node.value) ? node.value : [node.value]
  const have = valuesOf(made, node.field, world)
  switch (node.op) {
    case 'empty':
      return have.length === 0
    case 'not_empty':
      return have.length > 0
    case 'is_not':
      return !meets(made, { ...node, op: 'is' }, world)
    case 'not_in':
      return !meets(made, { ...node, op: 'in' }, world)
    case 'not_contains':
      return !meets(made, { ...node, op: 'contains' }, world)
    case 'not_below':
      return !meets(made, { ...node, op: 'below' }, world)
    case 'all_of':
      return values.every((value) => have.includes(value))
    case 'below':
      return values.some((unit) => world.below[unit as number]!.includes(made.unit_id))
    default:
      return have.some((value) => holds(value, node.op, node.field, values, world))
  }
}

function valuesOf(made: Made, field: string, { latest }: World): unknown[] {
  const known = (value: unknown) => (value === null || value === undefined || value === '' ? [] : [value])
  const held = made.roles.filter((role) => role.since <= latest && (!role.until || role.until > latest))
  if (field.startsWith('fields.')) return known(made.fields[field.slice(7)]).flat()
  if (field.startsWith('since.'))
    return held.filter(({ role }) => role === field.slice(6)).map(({ since }) => since)
  if (field === 'email' || field === 'phone')
    return made.contacts.filter(({ kind }) => kind === field).map(({ value }) => value)
  if (field === 'role') return held.map(({ role }) => role)
  if (field === 'tag') return made.tags
  if (field === 'unit') return [made.unit_id]
  // Nobody is also somebody whom one can ask for; emptiness is looked at before this.
  if (field === 'owner') return known(made.owner_id)
  return known(made[field as keyof Made])
}

const lower = (text: string) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
const isDate = (field: string) =>
  field.endsWith('_at') || field.startsWith('since.') || field === 'fields.asked_on'

function holds(value: unknown, op: string, field: string, values: unknown[], world: World): boolean {
  if (isDate(field)) {
    const day = String(value).length > 10 ? dayThere(new Date(String(value))) : String(value)
    return inDays(day, op, values, world.today)
  }
  if (typeof value === 'object' && value !== null) {
    const [have, want] = [value, values[0]] as { minor: number; currency: string }[]
    return have!.currency === want!.currency && compare(have!.minor, op, [want!.minor])
  }
  if (typeof value === 'number' && field !== 'owner' && field !== 'unit')
    return compare(value, op, values as number[])
  if (op === 'contains' || op === 'starts_with') {
    const word = lower(String(values[0]))
    const within = lower(String(value))
    const bare = field === 'phone' ? word.replaceAll(' ', '') : word
    if (op === 'contains') return within.includes(bare)
    return within.startsWith(bare) || (field === 'phone' && within.startsWith(`+86${bare}`))
  }
  return values.some((wanted) =>
    typeof wanted === 'string' ? lower(wanted) === lower(String(value)) : wanted === value,
  )
}

const compare = (have: number, op: string, [from, to]: number[]): boolean =>
  op === 'greater'
    ? have > from!
    : op === 'at_least'
      ? have >= from!
      : op === 'less'
        ? have < from!
        : op === 'at_most'
          ? have <= from!
          : op === 'between'
            ? have >= from! && have <= to!
            : have === from

function inDays(day: string, op: string, [value, other]: unknown[], today: string): boolean {
  const { n = 0, unit = '' } = (value ?? {}) as { n?: number; unit?: string }
  const days = unit === 'week' ? 7 * n : n
  switch (op) {
    case 'before':
      return day < String(value)
    case 'after':
      return day > String(value)
    case 'between':
      return day >= String(value) && day <= String(other)
    case 'last':
      return day >= shift(today, -days) && day <= today
    case 'ago':
      return day < shift(today, -days)
    case 'next':
      return day >= today && day <= shift(today, days)
    case 'this':
      return periodOf(day, String(value)) === periodOf(today, String(value))
    case 'previous':
      return (
        periodOf(day, String(value)) === periodOf(shift(firstOf(today, String(value)), -1), String(value))
      )
    default:
      return day === value
  }
}

/** A name of the day, week, month … it is in. */
function periodOf(day: string, unit: string): string {
  if (unit === 'week') return shift(day, -((new Date(day).getUTCDay() + 6) % 7))
  if (unit === 'month') return day.slice(0, 7)
  if (unit === 'quarter') return `${day.slice(0, 4)}-${Math.floor((Number(day.slice(5, 7)) - 1) / 3)}`
  return unit === 'year' ? day.slice(0, 4) : day
}
function firstOf(day: string, unit: string): string {
  let first = day
  while (periodOf(shift(first, -1), unit) === periodOf(day, unit)) first = shift(first, -1)
  return first
}
