import { useQuery } from '@tanstack/react-query'
import { Go, useText } from '../../../../apps/web/ui/index.ts'
import { useSay } from '../../../orders/web/say.ts'
import type { Concentration } from '../../contract.shapes.ts'
import { Card, CardBones } from '../chart/Card.tsx'
import { Mark, Plot } from '../chart/Plot.tsx'
import type { Sheet } from '../chart/sheet.ts'
import { useFormats } from '../format.ts'
import { text } from '../text.ts'
import { valueApi } from '../valueApi.ts'
import { kept, type PictureProps } from './common.ts'

const HEIGHT = 286
const LEFT = 32
const TOP = 22
const BASE = 252

export function Lorenz({ filter }: PictureProps) {
  const say = useSay(text)
  const as = useFormats()
  const { data } = useQuery({ ...valueApi.concentration.query({ query: filter }), ...kept })
  if (!data) return <CardBones span={4} height={340} />
  const fifth = data.marks.find(({ customers }) => Math.abs(customers - 0.2) < 0.001)
  const none = data.curve.length === 0 || data.gini === null
  const a = data.classes.find((one) => one.class === 'A')
  const sheet: Sheet = {
    currency: data.currency,
    columns: [
      { title: say('customers'), kind: 'share' },
      { title: say('how_many'), kind: 'count' },
      { title: say('share_of_value'), kind: 'share' },
    ],
    rows: data.marks.map((mark) => ({
      key: String(mark.customers),
      cells: [mark.customers, mark.customer_count, mark.value],
      to: { best: String(mark.customers) },
    })),
  }
  return (
    <Card
      name="lorenz"
      title={
        fifth && !none
          ? say('lorenz_finding', { customers: as.share(fifth.customers), value: as.share(fifth.value) })
          : say('core_names')
      }
      sub={none ? '' : say('lorenz_sub', { gini: as.number(data.gini), n: a?.customers ?? 0 })}
      define={say('define.concentration')}
      span={4}
      as_of={data.as_of}
      sheet={sheet}
      {...(none ? { none: say('few_card') } : {})}
    >
      <Plot label={say('lorenz_y')} height={HEIGHT}>
        {(width) => <Curve data={data} width={width} />}
      </Plot>
    </Card>
  )
}

// The others stand too close together to be written beside the curve.
const written = [0.05, 0.2, 0.5]

function Curve({ data, width }: { data: Concentration; width: number }) {
  const say = useText(text)
  const as = useFormats()
  const right = width - 10
  const x = (share: number) => LEFT + share * (right - LEFT)
  // A few customers may be worth less than nothing: the curve then rises above all value.
  const most = Math.max(1, ...data.curve.map((point) => point.value))
  const y = (share: number) => BASE - (share / most) * (BASE - TOP)
  const line = data.curve.map((point) => `${x(point.customers).toFixed(1)} ${y(point.value).toFixed(1)}`)
  return (
    <>
      <text x={0} y={11}>
        {say('lorenz_y')}
      </text>
      {[0, 0.25, 0.5, 0.75, 1].map((tick) => (
        <g key={tick}>
          <path d={`M${LEFT} ${y(tick)}H${right}`} stroke="var(--grid)" />
          <text x={LEFT - 5} y={y(tick) + 4} textAnchor="end">
            {as.share(tick)}
          </text>
        </g>
      ))}
      {[0, 0.2, 0.4, 0.6, 0.8, 1].map((tick) => (
        <text key={tick} x={x(tick)} y={BASE + 15} textAnchor={tick === 1 ? 'end' : 'middle'}>
          {as.share(tick)}
        </text>
      ))}
      <text x={right} y={BASE + 31} textAnchor="end">
        {say('lorenz_x')}
      </text>
      <path d={`M${x(0)} ${y(0)}L${line.join('L')}L${x(1)} ${y(0)}Z`} fill="var(--seq-0)" />
      <rect
        x={x(0)}
        y={y(1)}
        width={x(0.2) - x(0)}
        height={BASE - y(1)}
        fill="var(--band)"
        fillOpacity={0.8}
      />
      <path d={`M${x(0)} ${y(0)}L${x(1)} ${y(1)}`} stroke="var(--ink-4)" strokeDasharray="3 3" />
      <text x={x(0.74)} y={y(0.62)} textAnchor="start" className="halo">
        {say('equal')}
      </text>
      <path d={`M${x(0)} ${y(0)}L${line.join('L')}`} fill="none" stroke="var(--c1)" strokeWidth={2} />
      {data.marks.map((mark) => {
        const told = say('best', { share: as.share(mark.customers), value: as.share(mark.value) })
        return (
          <Mark
            key={mark.customers}
            tip={`${told}\n${say('people', { n: mark.customer_count })}`}
            to={{ best: String(mark.customers) }}
          >
            <circle cx={x(mark.customers)} cy={y(mark.value)} r={10} fill="transparent" />
            <circle
              cx={x(mark.customers)}
              cy={y(mark.value)}
              r={4}
              fill="var(--surface)"
              stroke="var(--c1)"
              strokeWidth={2}
            />
            {written.some((share) => Math.abs(share - mark.customers) < 0.001) && (
              <text x={x(mark.customers) + 10} y={y(mark.value) + 16} className="h halo">
                {told}
              </text>
            )}
          </Mark>
        )
      })}
    </>
  )
}

/** The core customers by name: each is a person or a company somebody should know. */
export function CoreNames({ filter }: PictureProps) {
  const say = useSay(text)
  const as = useFormats()
  const { data } = useQuery({ ...valueApi.concentration.query({ query: filter }), ...kept })
  if (!data) return <CardBones span={8} height={260} />
  const { core, currency } = data
  const a = data.classes.find((one) => one.class === 'A')
  const sheet: Sheet = {
    currency,
    columns: [
      { title: say('customer'), kind: 'text' },
      { title: say('value'), kind: 'money' },
      { title: say('share_of_value'), kind: 'share' },
      { title: say('cumulated'), kind: 'share' },
    ],
    rows: core.map((one) => ({
      key: String(one.party.id),
      party: one.party.id,
      cells: [one.party.name, one.value_minor, one.share, one.cumulated],
    })),
  }
  const shown = core.slice(0, 20)
  const most = Math.max(1, ...shown.map((one) => one.value_minor))
  return (
    <Card
      name="core"
      title={
        shown.length > 0
          ? say('core_finding', { n: shown.length, share: as.share(shown.at(-1)!.cumulated) })
          : say('core_names')
      }
      sub={say('core_sub', { n: a?.customers ?? 0 })}
      define={say('define.core')}
      span={8}
      as_of={data.as_of}
      sheet={sheet}
      {...(core.length === 0 ? { none: say('few_card') } : {})}
    >
      <ol className="vcore">
        {shown.map((one) => (
          <li key={one.party.id}>
            <Go to={`/customers/${one.party.id}`} className="lnk cut">
              {one.party.name}
            </Go>
            <span className="bar">
              <b style={{ width: `${(one.value_minor / most) * 100}%` }} />
            </span>
            <span className="num">{as.brief(one.value_minor, currency)}</span>
            <span className="num mut">{as.share(one.cumulated)}</span>
          </li>
        ))}
      </ol>
    </Card>
  )
}
