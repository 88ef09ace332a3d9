import { useQuery } from '@tanstack/react-query'
import type { Search } from '../../../../apps/web/ui/index.ts'
import { exponentOf } from '../../../../kernel/text.ts'
import { useSay } from '../../../orders/web/say.ts'
import type { RevenueChange, salesSlices } from '../../contract.shapes.ts'
import { Card, CardBones } from '../chart/Card.tsx'
import { Mark, Plot } from '../chart/Plot.tsx'
import type { Sheet } from '../chart/sheet.ts'
import { useFormats } from '../format.ts'
import { text } from '../text.ts'
import { valueApi } from '../valueApi.ts'
import { kept, type PictureProps } from './common.ts'

const HEIGHT = 150
const TOP = 20
const BASE = 116
const factors = ['customers', 'frequency', 'size'] as const

export function RevenueCard({ filter }: PictureProps) {
  const say = useSay(text)
  const as = useFormats()
  const { data } = useQuery({ ...valueApi.revenue.query({ query: filter }), ...kept })
  const finding = useFinding(data)
  if (!data) return <CardBones span={4} height={290} />
  const { before, after, split, currency } = data
  const major = majorIn(currency)
  const to = behind(data)
  const row = (key: string, title: string, was: number | null, is: number | null, minor: number | null) => ({
    key,
    cells: [title, was, is, minor],
    to: to(key),
  })
  const sheet: Sheet = {
    currency,
    columns: [
      { title: say('figure'), kind: 'text' },
      { title: say('before'), kind: 'number' },
      { title: say('after'), kind: 'number' },
      { title: say('change'), kind: 'money' },
    ],
    rows: [
      row(
        'customers',
        say('Factor.customers'),
        before.customers,
        after.customers,
        split?.customers_minor ?? null,
      ),
      row(
        'frequency',
        say('orders_each'),
        before.orders_per_customer,
        after.orders_per_customer,
        split?.frequency_minor ?? null,
      ),
      row(
        'size',
        say('order_size'),
        major(before.order_minor),
        major(after.order_minor),
        split?.size_minor ?? null,
      ),
      row('orders', say('orders'), before.orders, after.orders, null),
      row(
        'revenue',
        say('revenue'),
        major(before.revenue_minor),
        major(after.revenue_minor),
        data.total_minor,
      ),
    ],
  }
  return (
    <Card
      name="revenue"
      title={finding}
      sub={say('revenue_sub', {
        from: after.from,
        to: after.to,
        before_from: before.from,
        before_to: before.to,
      })}
      define={say('define.revenue')}
      span={4}
      as_of={data.as_of}
      sheet={sheet}
      {...(split ? {} : { none: finding })}
    >
      <Plot label={finding} height={HEIGHT}>
        {(width) => <Split data={data} width={width} />}
      </Plot>
      <dl className="vtrio">
        {[
          [say('Factor.customers'), as.count(before.customers), as.count(after.customers)],
          [say('orders_each'), as.number(before.orders_per_customer), as.number(after.orders_per_customer)],
          [say('order_size'), as.money(before.order_minor, currency), as.money(after.order_minor, currency)],
        ].map(([title, was, is]) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>
              <span className="mut">{was} →</span> {is}
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  )
}

type Sales = (typeof salesSlices)[number]
const more: Record<string, readonly [up: Sales, down: Sales]> = {
  before: ['before', 'before'],
  after: ['after', 'after'],
  orders: ['after', 'after'],
  revenue: ['after', 'after'],
  customers: ['won', 'lost'],
  frequency: ['oftener', 'rarer'],
  size: ['larger', 'smaller'],
}
const isFactor = (key: string): key is (typeof factors)[number] => factors.some((one) => one === key)

/** Who made a part of the change: of those who moved it up, or down, whichever way it went. */
const behind =
  ({ split, before, after }: RevenueChange) =>
  (key: string): Search => {
    const change = isFactor(key) ? (split?.[`${key}_minor`] ?? 0) : 0
    const [up, down] = more[key] ?? ['after', 'after']
    return {
      sales: change < 0 ? down : up,
      from: after.from,
      to: after.to,
      before_from: before.from,
      before_to: before.to,
    }
  }

const majorIn =
  (currency: string) =>
  (minor: number | null): number | null =>
    minor === null ? null : minor / 10 ** exponentOf(currency)

function Split({ data, width }: { data: RevenueChange; width: number }) {
  const say = useSay(text)
  const as = useFormats()
  const { before, after, split, currency } = data
  if (!split) return null
  const to = behind(data)
  let at = before.revenue_minor
  const bars = [
    { key: 'before', title: say('before'), from: 0, to: at },
    ...factors.map((factor) => {
      const from = at
      at += split[`${factor}_minor`]
      return { key: factor, title: say(`Factor.${factor}`), from, to: at }
    }),
    { key: 'after', title: say('after'), from: 0, to: after.revenue_minor },
  ]
  const ends = bars.flatMap(({ from, to }) => [from, to])
  const high = Math.max(...ends)
  const low = Math.min(0, ...ends)
  const y = (minor: number) => BASE - ((minor - low) / (high - low || 1)) * (BASE - TOP)
  const slot = width / bars.length
  const bar = Math.min(52, slot * 0.66)
  return (
    <>
      <path d={`M0 ${y(0)}H${width}`} stroke="var(--line-2)" />
      {bars.map((one, i) => {
        const whole = one.key === 'before' || one.key === 'after'
        const label = whole ? as.brief(one.to, currency) : as.change(one.to - one.from, currency)
        const x = i * slot + (slot - bar) / 2
        const top = Math.min(y(one.from), y(one.to))
        return (
          <Mark key={one.key} tip={`${one.title}\n${label}`} to={to(one.key)}>
            <rect x={i * slot} y={0} width={slot} height={HEIGHT} fill="transparent" />
            <rect
              x={x}
              y={top}
              width={bar}
              height={Math.max(1, Math.abs(y(one.from) - y(one.to)))}
              fill={whole ? 'var(--c1)' : one.to < one.from ? 'var(--c-loss)' : 'var(--seq-3)'}
            />
            <text x={x + bar / 2} y={top - 5} textAnchor="middle" className="h11">
              {label}
            </text>
            <text x={x + bar / 2} y={BASE + 16} textAnchor="middle">
              {one.title}
            </text>
          </Mark>
        )
      })}
    </>
  )
}

function useFinding(data: RevenueChange | undefined): string {
  const say = useSay(text)
  const as = useFormats()
  if (!data) return ''
  const { split, before, total_minor } = data
  if (!split || before.revenue_minor <= 0)
    return say(data.why_not === 'nothing_after' ? 'revenue_nothing_after' : 'revenue_nothing_before')
  const way = Math.sign(total_minor)
  const most = factors.toSorted((a, b) => way * (split[`${b}_minor`] - split[`${a}_minor`]))[0]!
  return say(total_minor >= 0 ? 'revenue_finding_up' : 'revenue_finding_down', {
    share: as.share(Math.abs(total_minor) / before.revenue_minor, 1),
    factor: say(`factor.${most}`),
  })
}
