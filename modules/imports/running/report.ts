import { companyOf } from '../../access/company.ts'
import { noticedTies } from '../applying/ties.parties.ts'
import type { Counts } from '../contract.ts'
import type { NoticeCode } from '../notices.text.ts'
import { policies } from '../rules.ts'
import type { Fed } from '../staging/feed.ts'
import { decimalText } from '../staging/tally.ts'
import type { Run } from './run.types.ts'
import { secondsSince } from './seconds.ts'

// What an import came to. Stored without words: codes and figures, put into the reader's language when read.

export type StoredNotice = {
  code: NoticeCode
  count: number
  of: 'lines' | 'orders' | 'parties' | 'products'
  /** what the company counts in, or will; `was`: what it was guessed to count in */
  base?: string
  was?: string
  currencies?: { currency: string; orders: number; first_day: string }[]
}
export type StoredReason = { code: string; lines: number; first_line: number; value: string }
export type StoredReport = {
  lines: Counts
  orders: Counts
  parties: Counts
  products: Counts
  sums: { net: string; rejected: string; by_currency: { currency: string; net: string; rejected: string }[] }
  notices: StoredNotice[]
  reasons: StoredReason[]
  seconds: number
  lines_per_s: number
  /** the orders that the file begins and ends with: another file may hold the rest of them */
  edges: { first: string | null; last: string | null } | null
}

type Facts = { started: number; edges: StoredReport['edges'] }

export async function reportOf(run: Run, fed: Fed, { started, edges }: Facts): Promise<StoredReport> {
  const counted = run.kind === 'orders' ? await countOrders(run, fed) : await countRows(run, fed)
  for (const [name, { read, created, updated, unchanged, rejected }] of Object.entries(counted))
    if (read !== created + updated + unchanged + rejected)
      throw new Error(`${name} do not add up: ${JSON.stringify(counted[name as keyof typeof counted])}`)
  const seconds = secondsSince(started)
  return {
    ...counted,
    sums: run.kind === 'orders' ? await sumsOf(run, fed) : { net: '0', rejected: '0', by_currency: [] },
    notices: [
      ...flagged(fed),
      ...found(fed),
      ...datesGuessed(run, fed),
      ...(run.kind === 'orders' ? await noticed(run, fed) : []),
      ...(run.kind === 'parties' ? [...(await noticedDoubles(run)), ...(await noticedTies(run))] : []),
    ].filter(({ count }) => count > 0),
    reasons: await reasonsOf(run),
    seconds,
    lines_per_s: Math.round(counted.lines.read / Math.max(0.001, seconds)),
    edges,
  }
}

type Counted = Pick<StoredReport, 'lines' | 'orders' | 'parties' | 'products'>
const NONE: Counts = { read: 0, created: 0, updated: 0, unchanged: 0, rejected: 0 }

async function countOrders({ tx }: Run, fed: Fed): Promise<Counted> {
  const { rows } = await tx.query<Record<string, number>>(orderCounts)
  const c = rows[0]!
  const counts = (name: string, read: number): Counts => ({
    read,
    created: c[`${name}_created`]!,
    updated: c[`${name}_updated`]!,
    unchanged: read - c[`${name}_created`]! - c[`${name}_updated`]! - c[`${name}_rejected`]!,
    rejected: c[`${name}_rejected`]!,
  })
  const lines: Counts = {
    read: fed.read,
    created: c['lines_new']! + c['lines_added']!,
    updated: c['lines_updated']!,
    unchanged: c['lines_same']! + c['lines_matched']!,
    rejected: fed.rejected + c['lines_rejected']!,
  }
  return {
    lines,
    orders: counts('orders', c['orders_taken']! + c['orders_rejected']!),
    parties: counts('parties', c['parties_taken']! + c['parties_rejected']!),
    products: counts('products', c['products_taken']! + c['products_rejected']!),
  }
}

// match_file is there only where an order changed.
const orderCounts = `
select
  (select coalesce(sum(n), 0)::bigint from stage_order where status = 'new') as lines_new,
  (select coalesce(sum(n), 0)::bigint from stage_order where status = 'same') as lines_same,
  (select count(*) from match_file where what = 'created') as lines_added,
  (select count(*) from match_file where what = 'updated') as lines_updated,
  (select count(*) from match_file where what = 'same') as lines_matched,
  (select coalesce(sum(n), 0)::bigint from stage_head where reject is not null) as lines_rejected,
  (select count(*) from stage_order) as orders_taken,
  (select count(*) from stage_order where status = 'new') as orders_created,
  (select count(*) from stage_order where changed) as orders_updated,
  (select count(*) from (select distinct key from stage_reject where key is not null) k
   where not exists (select from stage_order o where o.number = k.key)) as orders_rejected,
  (select count(*) from stage_customer) as parties_taken,
  (select count(*) from stage_party where created) as parties_created,
  (select count(distinct c.value) from stage_customer c join stage_party s on s.changed and s.party_id = c.party_id) as parties_updated,
  (select count(distinct h.customer) from stage_head h where h.reject is not null
   and not exists (select from stage_customer c where c.value = h.customer)) as parties_rejected,
  (select count(*) from stage_code) as products_taken,
  (select count(*) from stage_code where created) as products_created,
  0 as products_updated, 0 as products_rejected`

async function countRows({ tx, kind }: Run, fed: Fed): Promise<Counted> {
  const table = kind === 'parties' ? 'stage_party' : 'stage_code'
  const { rows } = await tx.query<{ created: number; updated: number; rejected: number }>(
    `select (select count(*) from ${table} where created${kind === 'parties' ? ' and line is not null' : ''}) as created, (select count(*) from ${table} where changed) as updated,
       (select count(*) from stage_row where reject is not null) as rejected`,
  )
  const { created, updated, rejected } = rows[0]!
  const all = fed.rejected + rejected
  const lines = {
    read: fed.read,
    created,
    updated,
    unchanged: fed.read - created - updated - all,
    rejected: all,
  }
  return {
    lines,
    orders: NONE,
    parties: kind === 'parties' ? lines : NONE,
    products: kind === 'products' ? lines : NONE,
  }
}

/** Exact sums; lines that only the whole file could judge move from one to the other. */
async function sumsOf({ tx, mapping }: Run, { tally }: Fed): Promise<StoredReport['sums']> {
  const { rows } = await tx.query<{ currency: string; sum: string }>(
    `select h.currency, (sum(${mapping.columns.includes('unit_price') ? 'l.quantity::numeric * l.price' : 'l.amount::numeric * 0'}))::text as sum
     from stage_head h join stage_line l using (head) where h.reject is not null group by h.currency`,
  )
  const later = new Map(rows.map((row) => [row.currency, BigInt(row.sum)]))
  const currencies = [...new Set([...tally!.imported.keys(), ...tally!.rejected.keys()])].sort()
  const by_currency = currencies.map((currency) => {
    const moved = later.get(currency) ?? 0n
    return {
      currency,
      net: (tally!.imported.get(currency)?.value ?? 0n) - moved,
      rejected: (tally!.rejected.get(currency)?.value ?? 0n) + moved,
    }
  })
  const total = (key: 'net' | 'rejected') => decimalText(by_currency.reduce((sum, one) => sum + one[key], 0n))
  return {
    net: total('net'),
    rejected: total('rejected'),
    by_currency: by_currency.map(({ currency, net, rejected }) => ({
      currency,
      net: decimalText(net),
      rejected: decimalText(rejected),
    })),
  }
}

const found = ({ formulas, merged_filled, uncalculated }: Fed): StoredNotice[] => [
  { code: 'formula_text', count: formulas, of: 'lines' },
  { code: 'uncalculated', count: uncalculated, of: 'lines' },
  { code: 'merged_filled', count: merged_filled, of: 'lines' },
]

const datesGuessed = ({ mapping, dates_guessed }: Run, { read }: Fed): StoredNotice[] =>
  dates_guessed ? [{ code: `dates_read_${mapping.options.date_order}`, count: read, of: 'lines' }] : []

const flagged = ({ flags }: Fed): StoredNotice[] =>
  policies.map((code, bit) => ({ code, count: flags[bit] ?? 0, of: 'lines' as const }))

const doublesCode = {
  create: 'doubles_created',
  skip: 'doubles_skipped',
  update: 'doubles_updated',
  hold: 'doubles_held',
} as const
/** Rows that probably are known customers: mode `update` creates none, so it looks for none. */
async function noticedDoubles({ tx, options }: Run): Promise<StoredNotice[]> {
  if (options.mode === 'update') return []
  const { rows } = await tx.query<{ n: number }>('select count(*) as n from stage_double')
  return [{ code: doublesCode[options.doubles], count: rows[0]!.n, of: 'parties' }]
}

async function noticed(run: Run, { duplicates }: Fed): Promise<StoredNotice[]> {
  const { tx, options, mending } = run
  const { rows } = await tx.query<Record<string, number>>(orderNotices)
  const c = rows[0]!
  const notice = (code: NoticeCode, count: number, of: StoredNotice['of']): StoredNotice => ({
    code,
    count,
    of,
  })
  return [
    notice('duplicate_line', duplicates + c['across']!, 'lines'),
    notice('two_times', c['two_times']!, 'orders'),
    notice('two_countries', c['two_countries']!, 'parties'),
    notice('codes_by_case', c['by_case']!, 'products'),
    notice('not_products', c['charges']!, 'products'),
    notice('moved', c['moved']!, 'orders'),
    notice('removed_lines', c['removed']!, 'lines'),
    ...(await noticedMoney(run)),
    notice(options.whole_orders ? 'cut_and_removed' : 'cut', mending ? 0 : c['cut']!, 'orders'),
  ]
}

/** Orders that no rate values, by currency; and the base currency that first orders settle. */
async function noticedMoney(run: Run): Promise<StoredNotice[]> {
  const { base } = run
  const was = (await companyOf(run.ctx)).base_currency
  const { rows } = await run.tx.query<{ currency: string; orders: number; first_day: string }>(unrated, [
    base,
  ])
  const orders = rows.reduce((sum, row) => sum + row.orders, 0)
  const adopted = base === was ? [] : await run.tx.query<{ n: number }>(taken).then(({ rows }) => rows)
  return [
    ...adopted.map(({ n }) => ({
      code: 'base_adopted' as const,
      count: n,
      of: 'orders' as const,
      base,
      was,
    })),
    { code: 'no_rate', count: orders, of: 'orders', base, currencies: rows },
  ]
}

const unrated = `
select currency, count(*) as orders, to_char(min(ordered_at), 'YYYY-MM-DD') as first_day
from stage_order s where (status = 'new' or changed) and currency <> $1 and not exists (
  select from currency_rate r where r.base = $1 and r.currency = s.currency and r.day <= s.ordered_at::date)
group by currency order by currency`
const taken = "select count(*) as n from stage_order where status = 'new' or changed"

// Equal lines of one order that stand apart: only orders that come in several pieces are looked at.
const orderNotices = `
select
  (select coalesce(sum(d.n - d.within), 0)::bigint from (
     select count(*) - count(distinct l.hash) as n,
       count(*) - count(distinct (l.head, l.hash)) as within
     from stage_head h join stage_line l using (head)
     where h.number in (select number from stage_head group by number having count(*) > 1) group by h.number) d) as across,
  (select count(*) from stage_order where two_times) as two_times,
  (select count(*) from stage_customer where two_countries) as two_countries,
  (select count(*) from (select from stage_code group by lower(code) having count(*) > 1) c) as by_case,
  (select count(*) from stage_code where kind <> 'product') as charges,
  (select count(*) from stage_order where moved) as moved,
  (select count(*) from match_old where removed) as removed,
  (select count(*) from stage_order where edge and old_n is not null and changed and partial) as cut`

async function reasonsOf({ tx }: Run): Promise<StoredReason[]> {
  const { rows } = await tx.query<StoredReason>(
    `select r ->> 'code' as code, count(distinct line) as lines, min(line) as first_line,
       (array_agg(r ->> 'value' order by line))[1] as value
     from stage_reject, jsonb_array_elements(reasons) r group by 1 order by 2 desc, 3`,
  )
  return rows
}
