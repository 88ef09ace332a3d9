import { useLocale, useNarrow } from '../../../apps/web/ui/index.ts'
import { formatMoney, formatTime, type Locale } from '../../../kernel/text.ts'
import type { PartyPartProps } from '../../parties/web/part.ts'
import type { Purchases } from '../contract.ts'
import { dayOf } from './format.ts'
import { DAY_MS, dayNumber, gapsOf } from './gaps.ts'
import { useSay } from './say.ts'
import { type Scale, scaleOf } from './scale.ts'
import { text } from './text.ts'

type DrawingProps = { data: Purchases; width: number; label: string; see: PartyPartProps['see'] }
// Rows of the picture, in px from its top.
const ORDERS_Y = 46
const GAP_TOP = 78
const GAP_BASE = 142
const AXIS_Y = 146
const R_MAX = 9
const R_MIN = 2.2

/** Dots by amount, the gaps below them against their own band, white where there was silence. */
export function Drawing({ data, width, label, see }: DrawingProps) {
  const say = useSay(text)
  const narrow = useNarrow()
  const left = narrow ? 4 : 52
  const gaps = gapsOf(data.orders)
  const scale = scaleOf(data, left, width - 8)
  const withGaps = !narrow && gaps.length > 1
  const base = withGaps ? AXIS_Y : 72
  return (
    <svg width={width} height={base + 20} role="img" aria-label={label} className="odraw">
      <Axis scale={scale} base={base} />
      <Expected data={data} scale={scale} base={base} width={width} />
      {!narrow && (
        <text x={0} y={ORDERS_Y + 4}>
          {say('row_orders')}
        </text>
      )}
      <Dots data={data} scale={scale} see={see} />
      {withGaps && <Gaps data={data} scale={scale} left={left} />}
    </svg>
  )
}

function Axis({ scale, base }: { scale: Scale; base: number }) {
  const say = useSay(text)
  const locale = useLocale()
  const today = scale.x(scale.today)
  const month = (day: number, year: boolean) =>
    formatTime(
      new Date(day * DAY_MS).toISOString(),
      locale,
      'UTC',
      year ? { year: 'numeric' } : { month: 'short' },
    )
  return (
    <g>
      {scale.ticks.map(({ at, x, year }) => (
        <g key={at}>
          <path d={`M${x} 20V${base}`} stroke="var(--grid)" />
          {Math.abs(x - today) > 30 && (
            <text x={x} y={base + 15} textAnchor="middle">
              {month(at, year).replace('年', '').replace('月', ' 月')}
            </text>
          )}
        </g>
      ))}
      <path d={`M${scale.x(scale.first)} ${base}H${scale.broken ?? today}`} stroke="var(--line-2)" />
      {scale.broken !== null && (
        <g>
          <title>{say('broken')}</title>
          <path
            d={`M${scale.broken - 3} ${base + 5}l3 -10M${scale.broken + 2} ${base + 5}l3 -10`}
            stroke="var(--ink-3)"
          />
          <path d={`M${scale.broken + 5} ${base}H${today}`} stroke="var(--line-2)" />
        </g>
      )}
      <path d={`M${today} 16V${base}`} stroke="var(--ink-2)" strokeWidth={1.5} />
      <text x={today} y={base + 15} textAnchor="end" dx={8} className="now">
        {say('today')}
      </text>
    </g>
  )
}

type ExpectedProps = { data: Purchases; scale: Scale; base: number; width: number }
function Expected({ data: { rhythm }, scale, base, width }: ExpectedProps) {
  const say = useSay(text)
  const locale = useLocale()
  if (!rhythm) return null
  const from = scale.x(dayNumber(rhythm.expected_from))
  const to = Math.max(from + 3, scale.x(dayNumber(rhythm.expected_to)))
  const today = scale.x(scale.today)
  const late = scale.today > dayNumber(rhythm.expected_to)
  const said = say(late ? 'was_expected' : 'expected', {
    from: dayOf(rhythm.expected_from, locale),
    to: dayOf(rhythm.expected_to, locale),
  })
  const room = to > width * 0.45
  return (
    <g>
      <rect x={from} y={20} width={to - from} height={base - 20} fill="var(--band)" />
      <text x={room ? to : from} y={12} textAnchor={room ? 'end' : 'start'}>
        {said}
      </text>
      {late && (
        <path
          d={`M${to} ${ORDERS_Y}H${scale.broken === null ? today : scale.broken - 5}${scale.broken === null ? '' : `M${scale.broken + 7} ${ORDERS_Y}H${today}`}`}
          stroke="var(--seal)"
          strokeWidth={2}
        />
      )}
    </g>
  )
}

function Dots({ data, scale, see }: { data: Purchases; scale: Scale; see: PartyPartProps['see'] }) {
  const say = useSay(text)
  const locale = useLocale()
  const most = Math.max(1, ...scale.shown.map((order) => Math.abs(order.amount_minor ?? 0)))
  const radius = (minor: number) => R_MIN + (R_MAX - R_MIN) * Math.sqrt(Math.abs(minor) / most)
  const bought = scale.shown.filter(({ kind }) => kind === 'order')
  const first = bought[0]
  const last = bought.at(-1)
  return (
    <g>
      {first && last && (
        <path
          d={`M${scale.x(dayNumber(first.at))} ${ORDERS_Y}H${scale.x(dayNumber(last.at))}`}
          stroke="var(--seq-3)"
        />
      )}
      {scale.shown.map((order) => (
        // The same orders are buttons in the timeline below; here the mouse has a short cut.
        // biome-ignore lint/a11y/noStaticElementInteractions: see above
        <circle
          key={order.id}
          cx={scale.x(Date.parse(order.at) / DAY_MS)}
          cy={ORDERS_Y}
          r={radius(order.amount_minor ?? 0)}
          className={order.kind === 'order' ? 'dot' : 'dot back'}
          onClick={() => see(`order-${order.id}`)}
        >
          <title>{`${say(`order.${order.kind}`)} ${titleOf(order, data.currency, locale)}`}</title>
        </circle>
      ))}
    </g>
  )
}

const titleOf = ({ at, amount_minor }: Purchases['orders'][number], currency: string, locale: Locale) =>
  `${dayOf(at.slice(0, 10), locale)} · ${amount_minor === null ? '—' : formatMoney(amount_minor, currency, locale)}`

type GapsProps = { data: Purchases; scale: Scale; left: number }
function Gaps({ data: { orders, rhythm }, scale, left }: GapsProps) {
  const say = useSay(text)
  const gaps = gapsOf(orders).filter(({ at }) => at >= scale.first)
  const most = Math.max(rhythm?.p75_days ?? 1, ...gaps.map((gap) => gap.days)) * 1.1
  const y = (days: number) => GAP_BASE - (days / most) * (GAP_BASE - GAP_TOP)
  const points = gaps.map((gap) => `${scale.x(gap.at)},${y(gap.days)}`).join(' ')
  const longest = gaps.reduce((a, b) => (b.days > a.days ? b : a), gaps[0]!)
  const end = gaps.at(-1)
  if (!end) return null
  return (
    <g>
      <text x={0} y={GAP_TOP + 4}>
        {say('row_gap')}
      </text>
      {rhythm && (
        <Band p25={rhythm.p25_days} p75={rhythm.p75_days} y={y} left={left} right={scale.x(end.at)} />
      )}
      <polyline points={points} fill="none" stroke="var(--c1)" strokeWidth={1.5} />
      {gaps.map((gap) => (
        <circle key={gap.at} cx={scale.x(gap.at)} cy={y(gap.days)} r={2.2} fill="var(--c1)">
          <title>{say('days', { n: gap.days })}</title>
        </circle>
      ))}
      {rhythm && longest.days > 2 * rhythm.p75_days && (
        <g>
          <circle
            cx={scale.x(longest.at)}
            cy={y(longest.days)}
            r={4}
            fill="var(--surface)"
            stroke="var(--c1)"
            strokeWidth={1.5}
          />
          <text x={scale.x(longest.at) + 9} y={y(longest.days) + 4} className="halo">
            {say('days', { n: longest.days })}
          </text>
        </g>
      )}
    </g>
  )
}

type BandProps = { p25: number; p75: number; y: (days: number) => number; left: number; right: number }
function Band({ p25, p75, y, left, right }: BandProps) {
  const top = y(p75)
  const height = Math.max(2, y(p25) - top)
  const apart = height > 11
  return (
    <g>
      <rect x={left} y={top} width={Math.max(0, right - left)} height={height} fill="var(--band)" />
      <text x={left - 6} y={top + (apart ? 4 : height / 2 + 4)} textAnchor="end">
        {Math.round(p75)}
      </text>
      {apart && (
        <text x={left - 6} y={top + height + 4} textAnchor="end">
          {Math.round(p25)}
        </text>
      )}
    </g>
  )
}
