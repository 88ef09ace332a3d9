import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useSay } from '../../../orders/web/say.ts'
import type { Bucket as BucketData, periods } from '../../contract.shapes.ts'
import { Card, CardBones } from '../chart/Card.tsx'
import { Mark, Plot } from '../chart/Plot.tsx'
import type { Sheet } from '../chart/sheet.ts'
import { shortPeriod, ticksOf, useFormats } from '../format.ts'
import { text } from '../text.ts'
import { valueApi } from '../valueApi.ts'
import { kept, type PictureProps } from './common.ts'
import { PeriodChoice } from './PeriodChoice.tsx'

type Period = BucketData['periods'][number]
const HEIGHT = 216
const LEFT = 34
const TOP = 18
const BASE = 196
const LEAST = 34
const kinds = ['won', 'rewon', 'lost'] as const
const tones = { won: 'var(--c1)', rewon: 'var(--c3)', lost: 'var(--c-loss)' }

export function Bucket({ filter }: PictureProps) {
  const say = useSay(text)
  const as = useFormats()
  const [period, setPeriod] = useState<(typeof periods)[number]>('quarter')
  const { data } = useQuery({ ...valueApi.bucket.query({ query: { ...filter, period } }), ...kept })
  const finding = useFinding(data)
  if (!data) return <CardBones span={4} height={290} />
  const sheet: Sheet = {
    currency: data.currency,
    columns: [
      { title: say('period'), kind: 'text' },
      { title: say('active'), kind: 'count' },
      { title: say('bucket.won'), kind: 'count' },
      { title: say('bucket.rewon'), kind: 'count' },
      { title: say('bucket.lost'), kind: 'count' },
      { title: say('net'), kind: 'count' },
      { title: say('replaced'), kind: 'count' },
    ],
    rows: data.periods.map((one) => ({
      key: one.period,
      cells: [one.period, one.active, one.won, one.rewon, one.lost, one.net, one.replaced],
      to: { active_in: one.period },
    })),
  }
  return (
    <Card
      name="bucket"
      title={finding}
      sub={say('bucket_sub')}
      define={say('define.bucket')}
      span={4}
      as_of={data.as_of}
      sheet={sheet}
      more={<PeriodChoice value={period} onPick={setPeriod} />}
      {...(data.periods.length === 0 ? { none: say('bucket_none') } : {})}
    >
      <p className="vlegend">
        {kinds.map((kind) => (
          <span key={kind}>
            <i style={{ background: tones[kind] }} />
            {say(`bucket.${kind}`)}
          </span>
        ))}
      </p>
      <Plot label={finding} height={HEIGHT}>
        {(width) => {
          const shown = data.periods.slice(-Math.max(1, Math.floor((width - LEFT) / LEAST)))
          const up = Math.max(1, ...shown.map((one) => one.won + one.rewon))
          const down = Math.max(0, ...shown.map((one) => one.lost))
          const y = (n: number) => TOP + ((up - n) / (up + down)) * (BASE - TOP)
          const slot = (width - LEFT) / shown.length
          return (
            <>
              {ticksOf(-down, up, 4).map((tick) => (
                <g key={tick}>
                  <path
                    d={`M${LEFT} ${y(tick)}H${width}`}
                    stroke={tick === 0 ? 'var(--line-2)' : 'var(--grid)'}
                  />
                  <text x={LEFT - 5} y={y(tick) + 4} textAnchor="end">
                    {as.count(Math.abs(tick))}
                  </text>
                </g>
              ))}
              {shown.map((one, i) => (
                <Column key={one.period} one={one} x={LEFT + i * slot} slot={slot} y={y} />
              ))}
            </>
          )
        }}
      </Plot>
    </Card>
  )
}

type ColumnProps = { one: Period; x: number; slot: number; y: (n: number) => number }
function Column({ one, x, slot, y }: ColumnProps) {
  const say = useSay(text)
  const as = useFormats()
  const width = Math.min(28, slot * 0.6)
  const left = x + (slot - width) / 2
  const parts = [
    { kind: 'won', from: 0, to: one.won },
    { kind: 'rewon', from: one.won, to: one.won + one.rewon },
    { kind: 'lost', from: -one.lost, to: 0 },
  ] as const
  return (
    <g>
      {parts.map(({ kind, from, to }) => (
        <Mark
          key={kind}
          tip={[
            `${one.period} · ${say(`bucket.${kind}`)}`,
            say('people', { n: to - from }),
            ...(one.complete ? [] : [say('running')]),
          ].join('\n')}
          to={to > from ? { bucket: kind, bucket_in: one.period } : undefined}
        >
          <rect
            x={left}
            y={y(to)}
            width={width}
            height={Math.max(0, y(from) - y(to) - (kind === 'rewon' ? 1 : 0))}
            fill={tones[kind]}
            fillOpacity={one.complete ? 1 : 0.5}
          />
        </Mark>
      ))}
      <text x={x + slot / 2} y={y(one.won + one.rewon) - 4} textAnchor="middle" className="h11">
        {one.net > 0 ? '+' : ''}
        {as.count(one.net)}
      </text>
      <text x={x + slot / 2} y={HEIGHT - 4} textAnchor="middle">
        {shortPeriod(one.period)}
      </text>
    </g>
  )
}

/** The plain sentence, of the last period that has ended. */
function useFinding(data: BucketData | undefined): string {
  const say = useSay(text)
  const last = data?.periods.filter((one) => one.complete).at(-1)
  if (!last) return say('bucket_none')
  const params = { period: last.period, won: last.won + last.rewon, replaced: last.replaced }
  return say(last.lost > 0 ? 'bucket_finding' : 'bucket_no_loss', params)
}
