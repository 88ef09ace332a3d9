import { Go, useLocale, useText } from '../../../../apps/web/ui/index.ts'
import type { Overview } from '../../contract.shapes.ts'
import { Card } from '../chart/Card.tsx'
import { Mark, Plot } from '../chart/Plot.tsx'
import type { Sheet } from '../chart/sheet.ts'
import { ticksOf, useFormats } from '../format.ts'
import { modelName } from '../modelName.ts'
import { text } from '../text.ts'

/** The one big figure, its doubt, and how it came about. */
export function Equity({ data }: { data: Overview }) {
  const say = useText(text)
  const as = useFormats()
  const { currency, interval, bridge, trend } = data
  const of = (day: string) => (day === data.as_of ? {} : { as_of: day })
  const sheet: Sheet = {
    currency,
    columns: [
      { title: say('day'), kind: 'day' },
      { title: say('equity'), kind: 'money' },
      { title: say('lower'), kind: 'money' },
      { title: say('upper'), kind: 'money' },
      { title: say('customers'), kind: 'count' },
    ],
    rows: trend.map((one) => ({
      key: one.as_of,
      cells: [one.as_of, one.equity_minor, one.lower_minor, one.upper_minor, one.customers],
      to: of(one.as_of),
    })),
  }
  return (
    <Card
      name="equity"
      title={say('equity')}
      sub={say(data.of_contracts ? 'equity_sub_contracts' : 'equity_sub')}
      define={say(data.of_contracts ? 'define.equity_contracts' : 'define.equity')}
      span={3}
      as_of={data.as_of}
      sheet={sheet}
    >
      <p className="vbig" data-figure="equity" title={as.money(data.equity_minor, currency)}>
        {as.brief(data.equity_minor, currency)}
      </p>
      <p className="s12 sec">
        {interval.lower_minor !== null &&
          say('interval', {
            level: as.share(interval.level),
            from: as.brief(interval.lower_minor, currency),
            to: as.brief(interval.upper_minor, currency),
          })}
        {data.change_minor !== null && bridge && (
          <>
            <br />
            {say('since', { day: bridge.from })}{' '}
            <b className="b">
              {as.change(data.change_minor, currency)}
              {bridge.start_minor > 0 && ` (${as.signedShare(data.change_minor / bridge.start_minor)})`}
            </b>
          </>
        )}
      </p>
      {trend.length > 1 && <Trend data={data} />}
      <p className="s12 sec vline">
        {say('mean')} <b className="b">{as.brief(data.mean_minor, currency)}</b> · {say('median')}{' '}
        <b className="b">{as.brief(data.median_minor, currency)}</b>
      </p>
      {data.contractual.customers > 0 && (
        <p className="s12 mut">
          {say('contractual', {
            n: data.contractual.customers,
            value: as.brief(data.contractual.value_minor, currency),
          })}
        </p>
      )}
      {data.model && data.holdout_error !== null && (
        <p className="s12 mut vfoot">
          {say('holdout', { model: modelName(data.model) })}{' '}
          <Go to="/value/model" className="ev">
            {as.signedShare(data.holdout_error)}
          </Go>
        </p>
      )}
    </Card>
  )
}

const HEIGHT = 104
const TOP = 8
const BASE = 82

function Trend({ data: { trend, currency, as_of } }: { data: Overview }) {
  const say = useText(text)
  const as = useFormats()
  const zh = useLocale() === 'zh-CN'
  const low = Math.min(...trend.map((one) => one.lower_minor ?? one.equity_minor))
  const high = Math.max(...trend.map((one) => one.upper_minor ?? one.equity_minor))
  const days = trend.map((one) => Date.parse(one.as_of))
  return (
    <Plot label={say('equity')} height={HEIGHT}>
      {(width) => {
        const right = width - 46
        const x = (i: number) => 6 + ((days[i]! - days[0]!) / (days.at(-1)! - days[0]!)) * (right - 10)
        const y = (minor: number) => BASE - ((minor - low) / (high - low || 1)) * (BASE - TOP)
        const line = (pick: (one: Overview['trend'][number]) => number) =>
          trend.map((one, i) => `${x(i).toFixed(1)} ${y(pick(one)).toFixed(1)}`)
        const upper = line((one) => one.upper_minor ?? one.equity_minor)
        const lower = line((one) => one.lower_minor ?? one.equity_minor).reverse()
        const middle = line((one) => one.equity_minor)
        return (
          <>
            {ticksOf(low, high, 2).map((tick) => (
              <g key={tick}>
                <path d={`M0 ${y(tick)}H${right}`} stroke="var(--grid)" />
                <text x={width} y={y(tick) + 4} textAnchor="end">
                  {as.brief(tick, currency)}
                </text>
              </g>
            ))}
            <path d={`M${[...upper, ...lower].join('L')}Z`} fill="var(--band)" />
            <path d={`M${middle.join('L')}`} fill="none" stroke="var(--c1)" strokeWidth={1.75} />
            {trend.map((one, i) => (
              <Mark
                key={one.as_of}
                to={one.as_of === as_of ? {} : { as_of: one.as_of }}
                tip={`${one.as_of}\n${as.brief(one.equity_minor, currency)}${
                  one.lower_minor === null
                    ? ''
                    : ` (${as.brief(one.lower_minor, currency)} – ${as.brief(one.upper_minor, currency)})`
                }`}
              >
                <rect x={x(i) - 7} y={TOP} width={14} height={BASE - TOP} fill="transparent" />
                <circle
                  cx={x(i)}
                  cy={y(one.equity_minor)}
                  r={i === trend.length - 1 ? 3.5 : 2}
                  fill="var(--c1)"
                />
              </Mark>
            ))}
            <text x={x(0)} y={HEIGHT - 4}>
              {monthOf(trend[0]!.as_of, zh)}
            </text>
            <text x={x(trend.length - 1) + 4} y={HEIGHT - 4} textAnchor="end">
              {monthOf(trend.at(-1)!.as_of, zh)}
            </text>
          </>
        )
      }}
    </Plot>
  )
}

const monthOf = (day: string, zh: boolean): string =>
  zh
    ? day.slice(0, 7)
    : new Date(day).toLocaleDateString('en-GB', { month: 'short', year: 'numeric', timeZone: 'UTC' })
