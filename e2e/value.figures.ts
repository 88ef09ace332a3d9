import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import {
  cohorts,
  concentration,
  holdOut,
  leakyBucket,
  lifetimeValue,
  models,
  rfm,
} from '../packages/models/src/index.ts'

// The real retail year, one line an order, computed here with the library alone: what the page must show.

export const RETAIL_YEAR = join(import.meta.dirname, 'fixtures/retail-orders.csv.gz')
const DAY_MS = 86_400_000
export const dayOf = (date: string): number => Date.parse(`${date.slice(0, 10)}T00:00:00Z`) / DAY_MS

type Customer = { name: string; days: Map<number, number>; back: number }
export type Columns = { x: number[]; t_x: number[]; T: number[]; sum_log_itt: number[] }
/** The assumptions that the page states beside its figures. */
export const assumed = { discount: 0.1, months: 60, margin: 0.3 }
type Choice = 'mbgNbd' | 'mbgCnbdK' | 'paretoNbd' | 'bgNbd'

/** Orders as docs/value.md treats them: several of one day are one purchase, in pence; the rest came back. */
export function customersOf(): Customer[] {
  const lines = gunzipSync(readFileSync(RETAIL_YEAR)).toString().trim().split('\n').slice(1)
  const found = new Map<string, Customer>()
  for (const line of lines) {
    const [number = '', , , quantity, date = '', price, name = ''] = line.split(',')
    const pence = Math.round(Number(price) * 100) * Number(quantity)
    const one = found.get(name) ?? { name, days: new Map(), back: 0 }
    found.set(name, one)
    if (!number.startsWith('C') && pence > 0)
      one.days.set(dayOf(date), (one.days.get(dayOf(date)) ?? 0) + pence)
    else one.back -= pence
  }
  return [...found.values()].filter(({ days }) => days.size > 0)
}

/** x, t_x and T of those who had bought by a day, as they were then. */
export function columnsOf(customers: readonly Customer[], as_of: number): Columns {
  const columns: Columns = { x: [], t_x: [], T: [], sum_log_itt: [] }
  for (const { days } of customers) {
    const bought = [...days.keys()].filter((day) => day <= as_of).sort((a, b) => a - b)
    if (bought.length === 0) continue
    columns.x.push(bought.length - 1)
    columns.t_x.push(bought.at(-1)! - bought[0]!)
    columns.T.push(as_of - bought[0]!)
    columns.sum_log_itt.push(bought.slice(1).reduce((sum, day, i) => sum + Math.log(day - bought[i]!), 0))
  }
  return columns
}

const fitOf = (choice: Choice, data: Columns) => models[choice].fit(data as never)

/** Lifetime value of each customer, whole pence. */
export function valuesOf(customers: readonly Customer[], choice: Choice, as_of: number) {
  const data = columnsOf(customers, as_of)
  const fit = fitOf(choice, data)
  const repeat = customers.map(({ days }) => {
    const [first] = [...days.keys()].sort((a, b) => a - b)
    return [...days].reduce((sum, [day, pence]) => sum + (day === first ? 0 : pence), 0)
  })
  const z = repeat.map((pence, i) => (data.x[i]! > 0 ? pence / 100 / data.x[i]! : 0))
  const again = data.x.flatMap((x, i) => (x > 0 && repeat[i]! > 0 ? [i] : []))
  const spending = models.gammaGamma.fit({ x: again.map((i) => data.x[i]!), z: again.map((i) => z[i]!) })
  const revenue = customers.reduce((sum, { days }) => sum + [...days.values()].reduce((a, b) => a + b, 0), 0)
  const returned = customers.reduce((sum, { back }) => sum + back, 0)
  const values = lifetimeValue(models[choice] as never, fit.params as never, data, {
    periods: assumed.months,
    period_length: 365.25 / 12,
    discount_rate: (1 + assumed.discount) ** (1 / 12) - 1,
    spend: models.gammaGamma.expectedSpend(spending.params, { x: data.x, z }).map((each) => each * 100),
    margin: assumed.margin * (1 - returned / revenue),
  })
  return { fit, spending, values: Array.from(values, Math.round), returned: returned / revenue }
}

/** What the calibration alone foresaw for each customer, against what came. */
export function holdOutOf(customers: readonly Customer[], choice: Choice, end: number, as_of: number) {
  const then = customers.filter(({ days }) => Math.min(...days.keys()) <= end)
  const data = columnsOf(then, end)
  const fit = fitOf(choice, data)
  const predicted = models[choice].expectedPurchases(fit.params as never, data as never, as_of - end)
  return holdOut(
    predicted,
    then.map(({ days }) => [...days.keys()].filter((day) => day > end).length),
  )
}

const quarterOf = (day: number): number => {
  const date = new Date(day * DAY_MS)
  return date.getUTCFullYear() * 4 + Math.floor(date.getUTCMonth() / 3)
}
export const quarterName = (quarter: number): string => `${Math.floor(quarter / 4)}-Q${(quarter % 4) + 1}`

/** Purchases by quarter: cohorts, and the bucket. */
export function flowsOf(customers: readonly Customer[], grace: number) {
  const rows = customers.flatMap(({ days }, customer) =>
    [...days.keys()].map((day) => [customer, quarterOf(day)] as const),
  )
  const activity = { customer: rows.map(([customer]) => customer), period: rows.map(([, period]) => period) }
  return { cohorts: cohorts(activity).cohorts, bucket: leakyBucket(activity, grace) }
}

/** Customers in each cell of recency × frequency. */
export function rfmOf(customers: readonly Customer[], as_of: number): Map<string, number> {
  const { recency, frequency } = rfm({
    days_since: customers.map(({ days }) => as_of - Math.max(...days.keys())),
    purchases: customers.map(({ days }) => days.size),
    money: customers.map(({ days }) => [...days.values()].reduce((a, b) => a + b, 0)),
  })
  const cells = new Map<string, number>()
  for (let i = 0; i < customers.length; i++) {
    const key = `R${recency[i]} F${frequency[i]}`
    cells.set(key, (cells.get(key) ?? 0) + 1)
  }
  return cells
}

export const concentrationOf = (values: readonly number[]) => concentration(values)
