import { useText } from '../../../apps/web/ui/index.ts'
import { Card } from '../../value/web/chart/Card.tsx'
import { Mark, Plot } from '../../value/web/chart/Plot.tsx'
import type { Sheet } from '../../value/web/chart/sheet.ts'
import { ticksOf, useFormats } from '../../value/web/format.ts'
import type { Overview } from '../contract.ts'
import { text as served } from '../text.ts'
import { text } from './text.ts'

const HEIGHT = 180
const LEFT = 34
const TOP = 12
const BASE = 150
// So many points have room for a mark of their own.
const DOTS_MAX = 60

export function TrendCard({ data }: { data: Overview }) {
  const say = useText(text)
  const word = useText(served)
  const as = useFormats()
  const points = data.trend.filter(({ score }) => score !== null)
  const first = points[0]
  const last = points.at(-1)
  const few = points.length < 2 || !first || !last
  const change = few ? 0 : (last.score ?? 0) - (first.score ?? 0)
  const sheet: Sheet = {
    currency: '',
    columns: [
      { title: say('day'), kind: 'day' },
      { title: say('customers'), kind: 'count' },
      { title: say('mean'), kind: 'number' },
      ...data.bands.map(({ band }) => ({ title: word(`band.${band}`), kind: 'count' as const })),
    ],
    rows: data.trend.map(({ day, parties, score, bands }) => ({
      key: day,
      cells: [day, parties, score, ...bands],
    })),
  }
  return (
    <Card
      name="quality-trend"
      title={
        few
          ? say('trend_few')
          : say('trend_finding', {
              from: as.day(first.day),
              change: `${change > 0 ? '+' : ''}${as.number(change, 1)}`,
            })
      }
      sub={say('trend_sub')}
      define={say('trend_define')}
      span={12}
      as_of={data.as_of}
      sheet={sheet}
      {...(few ? { none: say('trend_none') } : {})}
    >
      <Plot label={say('trend_sub')} height={HEIGHT}>
        {(width) => <Line points={points} width={width} />}
      </Plot>
    </Card>
  )
}

function Line({ points, width }: { points: Overview['trend']; width: number }) {
  const as = useFormats()
  const scores = points.map(({ score }) => score ?? 0)
  const low = Math.max(0, Math.floor((Math.min(...scores) - 2) / 5) * 5)
  const high = Math.min(100, Math.ceil((Math.max(...scores) + 2) / 5) * 5)
  const days = points.map(({ day }) => Date.parse(day))
  const span = Math.max(1, days.at(-1)! - days[0]!)
  const x = (i: number) => LEFT + ((days[i]! - days[0]!) / span) * (width - LEFT - 8)
  const y = (score: number) => BASE - ((score - low) / Math.max(1, high - low)) * (BASE - TOP)
  const every = Math.ceil(points.length / DOTS_MAX)
  return (
    <>
      {ticksOf(low, high, 4).map((tick) => (
        <g key={tick}>
          <path d={`M${LEFT} ${y(tick)}H${width}`} stroke="var(--grid)" />
          <text x={LEFT - 6} y={y(tick) + 4} textAnchor="end">
            {tick}
          </text>
        </g>
      ))}
      <polyline
        points={scores.map((score, i) => `${x(i)},${y(score)}`).join(' ')}
        fill="none"
        stroke="var(--c1)"
        strokeWidth={2}
      />
      {points.map(({ day, score }, i) =>
        i % every === 0 || i === points.length - 1 ? (
          <Mark key={day} tip={`${as.day(day)}\n${as.number(score, 1)}`}>
            <circle cx={x(i)} cy={y(score ?? 0)} r={3} fill="var(--c1)" />
          </Mark>
        ) : null,
      )}
      <text x={LEFT} y={HEIGHT - 8} textAnchor="start">
        {as.day(points[0]!.day)}
      </text>
      <text x={width - 8} y={HEIGHT - 8} textAnchor="end">
        {as.day(points.at(-1)!.day)}
      </text>
    </>
  )
}
