import { useQuery } from '@tanstack/react-query'
import { useSay } from '../../../orders/web/say.ts'
import type { Distribution } from '../../contract.shapes.ts'
import { Card, CardBones } from '../chart/Card.tsx'
import { Mark, Plot } from '../chart/Plot.tsx'
import type { Sheet } from '../chart/sheet.ts'
import { ticksOf, useFormats } from '../format.ts'
import { text } from '../text.ts'
import { valueApi } from '../valueApi.ts'
import { kept, type PictureProps } from './common.ts'

const HEIGHT = 236
const LEFT = 38
const TOP = 16
const BASE = 206

export function DistributionCard({ filter }: PictureProps) {
  const say = useSay(text)
  const as = useFormats()
  const { data } = useQuery({ ...valueApi.distribution.query({ query: filter }), ...kept })
  if (!data) return <CardBones span={4} height={290} />
  const { bins, quantiles, currency } = data
  const at = (share: number) => quantiles.find((one) => Math.abs(one.share - share) < 1e-6)?.value_minor
  const median = at(0.5)
  const top = at(0.9)
  const none = bins.length === 0
  const sheet: Sheet = {
    currency,
    columns: [
      { title: say('range'), kind: 'money' },
      { title: say('range_to'), kind: 'money' },
      { title: say('customers'), kind: 'count' },
      { title: say('value'), kind: 'money' },
    ],
    rows: bins.map((bin) => ({
      key: String(bin.from_minor),
      cells: [bin.from_minor, bin.to_minor, bin.customers, bin.value_minor],
      to: sliceOf(bin),
    })),
  }
  return (
    <Card
      name="distribution"
      title={
        median !== undefined && top !== undefined
          ? say('distribution_finding', { median: as.brief(median, currency), top: as.brief(top, currency) })
          : say('value')
      }
      sub={say('distribution_sub')}
      define={say('define.distribution')}
      span={4}
      as_of={data.as_of}
      sheet={sheet}
      {...(none ? { none: say('few_card') } : {})}
    >
      <Plot label={say('distribution_sub')} height={HEIGHT}>
        {(width) => <Bars data={data} width={width} />}
      </Plot>
    </Card>
  )
}

const sliceOf = (bin: Distribution['bins'][number]) => ({
  value_from: String(bin.from_minor),
  ...(bin.to_minor === null ? {} : { value_to: String(bin.to_minor) }),
})

function Bars({ data: { bins, currency }, width }: { data: Distribution; width: number }) {
  const say = useSay(text)
  const as = useFormats()

  const most = Math.max(1, ...bins.map((bin) => bin.customers))
  const slot = (width - LEFT) / bins.length
  const y = (n: number) => BASE - (n / most) * (BASE - TOP)
  const every = Math.ceil(46 / slot)
  return (
    <>
      {ticksOf(0, most, 4).map((tick) => (
        <g key={tick}>
          <path d={`M${LEFT} ${y(tick)}H${width}`} stroke={tick === 0 ? 'var(--line-2)' : 'var(--grid)'} />
          <text x={LEFT - 5} y={y(tick) + 4} textAnchor="end">
            {as.count(tick)}
          </text>
        </g>
      ))}
      {bins.map((bin, i) => {
        const range =
          bin.to_minor === null
            ? say('and_more', { from: as.brief(bin.from_minor, currency) })
            : `${as.brief(bin.from_minor, currency)} – ${as.brief(bin.to_minor, currency)}`
        return (
          <Mark
            key={bin.from_minor}
            tip={[
              range,
              say('people', { n: bin.customers }),
              `${say('value')} ${as.brief(bin.value_minor, currency)}`,
            ].join('\n')}
            to={bin.customers > 0 ? sliceOf(bin) : undefined}
          >
            <rect x={LEFT + i * slot} y={TOP} width={slot} height={BASE - TOP} fill="transparent" />
            <rect
              x={LEFT + i * slot + 1}
              y={y(bin.customers)}
              width={Math.max(1, slot - 2)}
              height={BASE - y(bin.customers)}
              fill="var(--c1)"
            />
            {i % every === 0 && (
              <text x={LEFT + i * slot} y={BASE + 16} textAnchor={i === 0 ? 'start' : 'middle'}>
                {as.brief(bin.from_minor, currency)}
              </text>
            )}
          </Mark>
        )
      })}
    </>
  )
}
