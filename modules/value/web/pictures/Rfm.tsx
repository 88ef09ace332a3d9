import { useQuery } from '@tanstack/react-query'
import { useSay } from '../../../orders/web/say.ts'
import type { RfmMap } from '../../contract.shapes.ts'
import { Card, CardBones } from '../chart/Card.tsx'
import { Mark, Plot } from '../chart/Plot.tsx'
import type { Sheet } from '../chart/sheet.ts'
import { useFormats } from '../format.ts'
import { text } from '../text.ts'
import { valueApi } from '../valueApi.ts'
import { kept, type PictureProps } from './common.ts'

const HEIGHT = 236
const LEFT = 40
const ROW = 39
const scores = [5, 4, 3, 2, 1] as const

export function Rfm({ filter }: PictureProps) {
  const say = useSay(text)
  const { data } = useQuery({ ...valueApi.rfm.query({ query: filter }), ...kept })
  const finding = useFinding(data)
  if (!data) return <CardBones span={4} height={290} />
  const { currency, cells } = data
  const sheet: Sheet = {
    currency,
    columns: [
      { title: say('recency'), kind: 'text' },
      { title: say('frequency'), kind: 'text' },
      { title: say('customers'), kind: 'count' },
      { title: say('value'), kind: 'money' },
      { title: say('per_customer'), kind: 'money' },
      { title: say('revenue'), kind: 'money' },
    ],
    rows: cells.map((cell) => ({
      key: `${cell.recency}${cell.frequency}`,
      cells: [
        `R${cell.recency}`,
        `F${cell.frequency}`,
        cell.customers,
        data.too_few ? null : cell.value_minor,
        data.too_few ? null : cell.mean_minor,
        cell.revenue_minor,
      ],
      to: sliceOf(cell),
    })),
  }
  return (
    <Card
      name="rfm"
      title={finding}
      sub={say(data.too_few ? 'rfm_sub_few' : 'rfm_sub')}
      define={say('define.rfm')}
      span={4}
      as_of={data.as_of}
      sheet={sheet}
    >
      <Plot label={finding} height={HEIGHT}>
        {(width) => (
          <>
            {scores.map((frequency, row) => (
              <text key={frequency} x={LEFT - 6} y={row * ROW + 24} textAnchor="end">
                F{frequency}
              </text>
            ))}
            <text x={0} y={11}>
              {say('often')}
            </text>
            <text x={0} y={5 * ROW - 4}>
              {say('seldom')}
            </text>
            <Cells data={data} width={width} />
            {[1, 2, 3, 4, 5].map((recency) => (
              <text
                key={recency}
                x={LEFT + (recency - 0.5) * ((width - LEFT) / 5)}
                y={5 * ROW + 14}
                textAnchor="middle"
              >
                R{recency}
              </text>
            ))}
            <text x={LEFT} y={5 * ROW + 30}>
              {say('long_ago')}
            </text>
            <text x={width} y={5 * ROW + 30} textAnchor="end">
              {say('recently')}
            </text>
          </>
        )}
      </Plot>
    </Card>
  )
}

type CellData = RfmMap['cells'][number]
const sliceOf = ({ recency, frequency }: CellData) => ({
  recency: String(recency),
  frequency: String(frequency),
})

function Cells({ data: { cells, currency, too_few }, width }: { data: RfmMap; width: number }) {
  const say = useSay(text)
  const as = useFormats()
  const size = (width - LEFT) / 5
  const filled = cells.filter((cell) => cell.customers > 0)
  const means = filled.map((cell) => (too_few ? cell.customers : cell.mean_minor)).sort((a, b) => a - b)
  const ordered = cells.toSorted((a, b) => b.frequency - a.frequency || a.recency - b.recency)
  return ordered.map((cell) => {
    const depth =
      cell.customers === 0 || too_few
        ? 0
        : Math.min(6, Math.floor((means.indexOf(cell.mean_minor) / Math.max(1, means.length - 1)) * 6.99))
    const x = LEFT + (cell.recency - 1) * size
    const y = (5 - cell.frequency) * ROW
    const tip = [
      `R${cell.recency} F${cell.frequency}`,
      say('people', { n: cell.customers }),
      ...(too_few
        ? []
        : [
            `${say('value')} ${as.brief(cell.value_minor, currency)}`,
            `${say('per_customer')} ${as.brief(cell.mean_minor, currency)}`,
          ]),
    ].join('\n')
    return (
      <Mark
        key={`${cell.recency}${cell.frequency}`}
        tip={tip}
        to={cell.customers > 0 ? sliceOf(cell) : undefined}
      >
        <rect x={x} y={y} width={size - 2} height={ROW - 2} fill={`var(--seq-${depth})`} />
        <text
          x={x + size / 2 - 1}
          y={y + ROW / 2 + 3}
          textAnchor="middle"
          className="cell"
          style={{ fill: inkOn(depth) }}
        >
          {cell.customers > 0 ? as.count(cell.customers) : ''}
        </text>
      </Mark>
    )
  })
}

/** Ink that reads on a depth of the hue. */
export const inkOn = (depth: number): string =>
  depth >= 4 ? 'var(--on-seq-hi)' : depth === 3 ? 'var(--on-seq-mid)' : 'var(--ink)'

function useFinding(data: RfmMap | undefined): string {
  const say = useSay(text)
  const as = useFormats()
  if (!data) return ''
  const { segments, too_few } = data
  const all = segments.reduce((sum, one) => sum + one.value_minor, 0)
  const sum = (names: readonly string[]) => {
    const these = segments.filter(({ segment }) => names.includes(segment))
    return {
      n: these.reduce((n, one) => n + one.customers, 0),
      share: all > 0 && !too_few ? these.reduce((value, one) => value + one.value_minor, 0) / all : null,
    }
  }
  const quiet = sum(['at_risk', 'cannot_lose'])
  const best = sum(['champions'])
  if (too_few) return say('rfm_finding_few', { n: best.n })
  const [key, told] = quiet.n > 0 ? (['rfm_finding', quiet] as const) : (['rfm_finding_best', best] as const)
  return say(key, { n: told.n, share: as.share(told.share) })
}
