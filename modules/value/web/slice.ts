import type { Search } from '../../../apps/web/ui/index.ts'
import type { Input } from '../../../kernel/route.ts'
import { rowSorts } from '../contract.customer.ts'
import { abcClasses, moves, purchaseClasses, rfmSegments, salesSlices, withouts } from '../contract.shapes.ts'
import type { value } from '../contract.ts'
import { filterOf, isDay, isOneOf } from './filter.ts'

type Query = Partial<Input<typeof value.customers>['query']>

/** Every slice that a picture can lead to; in the address under the API's own names. */
export const sliceKeys = [
  'value_from',
  'value_to',
  'alive',
  'class',
  'abc',
  'core',
  'overdue',
  'recency',
  'frequency',
  'segment',
  'compare',
  'move',
  'cohort',
  'active_in',
  'not_active_in',
  'bucket',
  'bucket_in',
  'sales',
  'from',
  'to',
  'before_from',
  'before_to',
  'without',
  'best',
] as const
export const FIRST_SORT = '-value_minor'

const bands: Record<string, Pick<Query, 'alive_from' | 'alive_to'>> = {
  high: { alive_from: 0.8 },
  mid: { alive_from: 0.5, alive_to: 0.8 },
  low: { alive_to: 0.5 },
}
const isPeriod = (text: string | undefined): text is string =>
  text !== undefined && /^\d{4}(-Q[1-4]|-\d\d)?$/.test(text)
const whole = (text: string | undefined): number | undefined =>
  text !== undefined && /^-?\d+$/.test(text) ? Number(text) : undefined
const yes = (text: string | undefined): boolean | undefined =>
  text === undefined ? undefined : text === 'true'
const buckets = ['won', 'kept', 'rewon', 'lost'] as const

/** The address as the API understands it; what it does not understand is left out. */
export function sliceOf(search: Search): Query {
  const score = (text: string | undefined) => (/^[1-5]$/.test(text ?? '') ? Number(text) : undefined)
  const best = Number(search.best)
  const slice: Query = {
    ...filterOf(search),
    ...(bands[search.alive ?? ''] ?? {}),
    value_from: whole(search.value_from),
    value_to: whole(search.value_to),
    core: yes(search.core),
    overdue: yes(search.overdue),
    recency: score(search.recency),
    frequency: score(search.frequency),
    best: best > 0 && best <= 1 ? best : undefined,
  }
  if (isOneOf(purchaseClasses, search.class)) slice.class = search.class
  if (isOneOf(abcClasses, search.abc)) slice.abc = search.abc
  if (isOneOf(rfmSegments, search.segment)) slice.segment = search.segment
  if (isOneOf(moves, search.move)) slice.move = search.move
  if (isDay(search.compare)) slice.compare = search.compare
  if (isOneOf(withouts, search.without)) slice.without = search.without
  if (isOneOf(salesSlices, search.sales)) {
    slice.sales = search.sales
    for (const day of ['from', 'to', 'before_from', 'before_to'] as const)
      if (isDay(search[day])) slice[day] = search[day]
  }
  if (isPeriod(search.cohort)) slice.cohort = search.cohort
  if (isPeriod(search.active_in)) slice.active_in = search.active_in
  if (isPeriod(search.not_active_in)) slice.not_active_in = search.not_active_in
  if (isOneOf(buckets, search.bucket) && isPeriod(search.bucket_in)) {
    slice.bucket = search.bucket
    slice.bucket_in = search.bucket_in
  }
  return Object.fromEntries(Object.entries(slice).filter(([, one]) => one !== undefined)) as Query
}

export function queryOf(search: Search): Query {
  const sort = search.sort ?? FIRST_SORT
  const name = sort.replace(/^-/, '')
  const known = isOneOf(rowSorts, name) ? name : 'value_minor'
  return { ...sliceOf(search), limit: 50, sort: known, order: sort.startsWith('-') ? 'desc' : 'asc' }
}

/** The same slice as a file. */
export const fileOf = (search: Search): string =>
  `/api/v1/value/customers.csv?${new URLSearchParams(
    Object.entries(sliceOf(search)).map(([key, one]) => [key, String(one)]),
  )}`
