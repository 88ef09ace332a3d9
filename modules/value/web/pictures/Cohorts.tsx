import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useSay } from '../../../orders/web/say.ts'
import type { Cohorts as CohortsData, periods } from '../../contract.shapes.ts'
import { SPAN_MONTHS, spanIndex, spanName } from '../../rules.ts'
import { Card, CardBones } from '../chart/Card.tsx'
import { Mark, Plot } from '../chart/Plot.tsx'
import type { Sheet } from '../chart/sheet.ts'
import { shortPeriod, useFormats } from '../format.ts'
import { text } from '../text.ts'
import { valueApi } from '../valueApi.ts'
import { kept, type PictureProps } from './common.ts'
import { PeriodChoice } from './PeriodChoice.tsx'
import { inkOn } from './Rfm.tsx'

type Cohort = CohortsData['cohorts'][number]
const LEFT = 88
const HEAD = 18
const ROW = 24
const LEAST = 26

export function Cohorts({ filter }: PictureProps) {
  const say = useSay(text)
  const as = useFormats()
  const [period, setPeriod] = useState<(typeof periods)[number]>('quarter')
  const { data } = useQuery({ ...valueApi.cohorts.query({ query: { ...filter, period } }), ...kept })
  const finding = useFinding(data)
  if (!data) return <CardBones span={4} height={290} />
  const ages = Math.max(0, ...data.cohorts.map(({ active }) => active.length))
  const sheet: Sheet = {
    currency: data.currency,
    columns: [
      { title: say('first_bought'), kind: 'text' },
      { title: say('period'), kind: 'text' },
      { title: say('customers'), kind: 'count' },
      { title: say('active'), kind: 'count' },
      { title: say('retention_now'), kind: 'share' },
      { title: say('revenue'), kind: 'money' },
    ],
    rows: data.cohorts.flatMap((cohort) =>
      cohort.active.map((active, age) => ({
        key: `${cohort.period} ${age}`,
        cells: [
          cohort.period,
          periodAfter(data.period, cohort, age),
          cohort.customers,
          active,
          cohort.retention[age] ?? null,
          cohort.revenue_minor[age] ?? null,
        ],
        to: { cohort: cohort.period, active_in: periodAfter(data.period, cohort, age) },
      })),
    ),
  }
  const height = HEAD + data.cohorts.length * ROW + 22
  return (
    <Card
      name="cohorts"
      title={finding}
      sub={say('cohort_sub')}
      define={say('define.cohorts')}
      span={4}
      as_of={data.as_of}
      sheet={sheet}
      more={<PeriodChoice value={period} onPick={setPeriod} />}
    >
      <Plot label={finding} height={Math.max(236, height)}>
        {(width) => {
          // As many ages as have room; the table has them all.
          const shown = Math.min(ages, Math.floor((width - LEFT) / LEAST))
          const size = (width - LEFT) / Math.max(1, shown)
          return (
            <>
              <text x={0} y={11}>
                {say('first_bought')}
              </text>
              <text x={LEFT - 6} y={11} textAnchor="end">
                {say('how_many')}
              </text>
              {Array.from({ length: shown }, (_, age) => age).map((age) => (
                <text key={age} x={LEFT + (age + 0.5) * size} y={11} textAnchor="middle">
                  {age}
                </text>
              ))}
              {data.cohorts.map((cohort, row) => (
                <g key={cohort.period}>
                  <text x={0} y={HEAD + row * ROW + 16}>
                    {shortPeriod(cohort.period)}
                  </text>
                  <text x={LEFT - 6} y={HEAD + row * ROW + 16} textAnchor="end">
                    {as.count(cohort.customers)}
                  </text>
                  <CohortRow data={data} cohort={cohort} y={HEAD + row * ROW} size={size} shown={shown} />
                </g>
              ))}
              <text x={width} y={HEAD + data.cohorts.length * ROW + 16} textAnchor="end">
                {say('periods_after')}
              </text>
            </>
          )
        }}
      </Plot>
    </Card>
  )
}

type RowProps = { data: CohortsData; cohort: Cohort; y: number; size: number; shown: number }
function CohortRow({ data, cohort, y, size, shown }: RowProps) {
  const say = useSay(text)
  const as = useFormats()
  const later = data.cohorts.flatMap(({ retention }) => retention.slice(1))
  const most = Math.max(0.01, ...later)
  return cohort.active.slice(0, shown).map((active, age) => {
    const share = cohort.retention[age] ?? 0
    const at = periodAfter(data.period, cohort, age)
    const depth = age === 0 ? 0 : Math.min(6, Math.floor((share / most) * 6.99))
    const unended = !cohort.complete && age === cohort.active.length - 1
    const x = LEFT + age * size
    const tip = [
      say('cohort_tip', { period: cohort.period, at }),
      say('of_them', { n: active, share: as.share(share, 1) }),
      ...(unended ? [say('running')] : []),
    ].join('\n')
    return (
      <Mark key={at} tip={tip} to={active > 0 ? { cohort: cohort.period, active_in: at } : undefined}>
        <rect
          x={x}
          y={y}
          width={size - 2}
          height={ROW - 2}
          fill={age === 0 ? 'var(--grid)' : `var(--seq-${depth})`}
        />
        {unended && (
          <rect
            x={x + 1}
            y={y + 1}
            width={size - 4}
            height={ROW - 4}
            fill="none"
            stroke={inkOn(age === 0 ? 0 : depth)}
            strokeDasharray="2 2"
          />
        )}
        <text
          x={x + size / 2 - 1}
          y={y + 15}
          textAnchor="middle"
          className="cell"
          style={{ fill: age === 0 ? 'var(--ink-2)' : inkOn(depth) }}
        >
          {Math.round(share * 100)}
        </text>
      </Mark>
    )
  })
}

export function periodAfter(kind: CohortsData['period'], cohort: Cohort, age: number): string {
  const year = Number(cohort.start.slice(0, 4))
  const month = Number(cohort.start.slice(5, 7)) - 1
  return spanName(kind, spanIndex(kind, year, month) + age)
}

/** The youngest group that has reached the age, against all older ones; a year after, where any is that old. */
function useFinding(data: CohortsData | undefined): string {
  const say = useSay(text)
  const as = useFormats()
  if (!data) return ''
  const ended = ({ active, complete }: Cohort) => active.length - (complete ? 0 : 1)
  const year = 12 / SPAN_MONTHS[data.period]
  const age = data.cohorts.filter((cohort) => ended(cohort) > year).length > 1 ? year : 1
  const old = data.cohorts.filter((cohort) => ended(cohort) > age && cohort.customers > 0)
  const last = old.at(-1)
  if (!last) return say('cohort_few')
  const before = old.slice(0, -1)
  const told = age === 1 ? say(`age1.${data.period}`) : say(`age.${data.period}`, { n: age })
  const now = { period: last.period, age: told, now: as.share(last.retention[age] ?? 0) }
  if (before.length === 0) return say('cohort_one', now)
  const kept = before.reduce((sum, cohort) => sum + (cohort.active[age] ?? 0), 0)
  const came = before.reduce((sum, cohort) => sum + cohort.customers, 0)
  return say('cohort_finding', { ...now, before: as.share(kept / came) })
}
