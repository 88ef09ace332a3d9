import { useQuery } from '@tanstack/react-query'
import { type RefObject, useRef, useState } from 'react'
import { Choice, PlainTable, useText, useToast } from '../../../../apps/web/ui/index.ts'
import { useSay } from '../../../orders/web/say.ts'
import type { PartyPartProps } from '../../../parties/web/part.ts'
import type { CustomerHistory } from '../../contract.customer.ts'
import { figureText } from '../../text.figures.ts'
import { text as served } from '../../text.ts'
import { Mark, Plot } from '../chart/Plot.tsx'
import { savePng } from '../chart/png.ts'
import { saveCsv } from '../chart/sheet.ts'
import { useFormats } from '../format.ts'
import { text } from '../party.text.ts'
import { valueApi } from '../valueApi.ts'
import '../value.css'

type View = 'picture' | 'table' | 'definition'
type Point = { on: string; p_alive: number }
const HEIGHT = 118
const LEFT = 34
const TOP = 8
const BASE = 92

/** P(alive) day by day, their purchases on it: how silence wears it down and an order restores it. */
export function AlivePicture({ party }: PartyPartProps) {
  const say = useSay(text)
  const as = useFormats()
  const word = useText(served)
  const define = useText(figureText)
  const [view, setView] = useState<View>('picture')
  const frame = useRef<HTMLElement>(null)
  const { data, error } = useQuery(valueApi.historyOfParty.query({ params: { id: party.id } }))
  if (!data && !error) return <section className="opic" aria-busy="true" style={{ minHeight: 150 }} />
  if (!data || data.orders.length === 0) return null
  const points = data.p_alive.flatMap(({ on, p_alive }) => (p_alive === null ? [] : [{ on, p_alive }]))
  const last = points.at(-1)
  if (!last)
    return (
      <section className="opic">
        <h2>
          <span className="t">
            {say('alive_why_not', { why: data.why ? word(`unknown.${data.why}`) : say('not_said') })}
          </span>
        </h2>
      </section>
    )
  const least = points.reduce((a, b) => (b.p_alive < a.p_alive ? b : a))
  const finding = say('alive_finding', {
    now: as.chance(last.p_alive),
    least: as.chance(least.p_alive),
    day: as.day(least.on),
  })
  const tool = (key: 'table' | 'definition') => (
    <button
      type="button"
      className={view === key ? 'on' : ''}
      aria-pressed={view === key}
      onClick={() => setView(view === key ? 'picture' : key)}
    >
      {say(key)}
    </button>
  )
  return (
    <section ref={frame} className="opic" data-card="alive">
      <h2>
        <span className="t">{finding}</span>
        <span className="r">
          {tool('table')}
          {tool('definition')}
          <SaveAs
            party={party}
            day={data.as_of}
            points={points}
            finding={finding}
            frame={frame}
            drawn={view !== 'table'}
          />
        </span>
      </h2>
      {view === 'definition' && (
        <p className="s12 sec def">
          {define('define.p_alive')} {say('today_params')}
        </p>
      )}
      {view === 'table' ? (
        <div className="months">
          <PlainTable
            label={finding}
            columns={[
              { key: 'on', title: say('day'), cell: (one: Point) => as.day(one.on) },
              { key: 'p', title: say('p_alive'), align: 'end', cell: (one) => as.number(one.p_alive, 3) },
            ]}
            rows={points.toReversed()}
            keyOf={(one) => one.on}
            compact
          />
        </div>
      ) : (
        <Plot label={say('alive_picture')} height={HEIGHT}>
          {(width) => <Alive points={points} data={data} width={width} currency={party.currency} />}
        </Plot>
      )}
    </section>
  )
}

type AliveProps = { points: readonly Point[]; data: CustomerHistory; width: number; currency: string }
function Alive({ points, data, width, currency }: AliveProps) {
  const say = useSay(text)
  const as = useFormats()
  const days = points.map((one) => Date.parse(one.on))
  const from = days[0]!
  const span = Math.max(1, days.at(-1)! - from)
  const right = width - 10
  const x = (day: number) => LEFT + ((day - from) / span) * (right - LEFT)
  const y = (p: number) => BASE - p * (BASE - TOP)
  const at = (day: number) => points.findLast((_, i) => days[i]! <= day)?.p_alive ?? points[0]!.p_alive
  const line = points.map((one, i) => `${x(days[i]!).toFixed(1)} ${y(one.p_alive).toFixed(1)}`).join('L')
  const orders = data.orders.filter((order) => Date.parse(order.on) >= from)
  return (
    <>
      {[0, 0.5, 1].map((tick) => (
        <g key={tick}>
          <path d={`M${LEFT} ${y(tick)}H${right}`} stroke={tick === 0 ? 'var(--line-2)' : 'var(--grid)'} />
          <text x={LEFT - 6} y={y(tick) + 4} textAnchor="end">
            {as.number(tick, 1)}
          </text>
        </g>
      ))}
      <path d={`M${LEFT} ${BASE}L${line}L${x(days.at(-1)!)} ${BASE}Z`} fill="var(--seq-0)" />
      <path d={`M${line}`} fill="none" stroke="var(--c1)" strokeWidth={1.75} />
      {orders.map((order, i) => {
        const day = Date.parse(order.on)
        return (
          <Mark
            // biome-ignore lint/suspicious/noArrayIndexKey: one day may hold several
            key={`${order.on}-${i}`}
            tip={`${as.day(order.on)}\n${say(order.counted ? 'bought' : 'back')} ${as.money(order.amount_minor, currency)}\n${say('p_alive')} ${as.chance(at(day))}`}
          >
            <path d={`M${x(day)} ${BASE}v5`} stroke="var(--ink-3)" />
            <circle
              cx={x(day)}
              cy={y(at(day))}
              r={3}
              fill={order.counted ? 'var(--c1)' : 'var(--surface)'}
              stroke={order.counted ? 'var(--c1)' : 'var(--c-loss)'}
            />
          </Mark>
        )
      })}
      <text x={LEFT} y={HEIGHT - 6}>
        {as.day(points[0]!.on)}
      </text>
      <text x={right} y={HEIGHT - 6} textAnchor="end">
        {as.day(points.at(-1)!.on)}
      </text>
    </>
  )
}

type SaveProps = {
  party: PartyPartProps['party']
  day: string
  points: readonly Point[]
  finding: string
  frame: RefObject<HTMLElement | null>
  drawn: boolean
}
function SaveAs({ party, day, points, finding, frame, drawn }: SaveProps) {
  const say = useSay(text)
  const toast = useToast()
  const file = `guanxi-alive-${party.id}-${day}`
  const save = (kind: string) => {
    const svg = frame.current?.querySelector<SVGSVGElement>('svg[role=group]')
    if (kind === 'csv' || !svg)
      saveCsv(file, {
        currency: party.currency,
        columns: [
          { title: say('day'), kind: 'day' },
          { title: say('p_alive'), kind: 'number' },
        ],
        rows: points.map((one) => ({ key: one.on, cells: [one.on, one.p_alive] })),
      })
    else
      savePng(file, svg, {
        title: `${party.name} · ${finding}`,
        sub: say('alive_picture'),
        foot: day,
      }).catch((error: unknown) => toast.error(String(error)))
  }
  return (
    <Choice
      label={say('export')}
      options={[{ value: 'csv', label: 'CSV' }, ...(drawn ? [{ value: 'png', label: 'PNG' }] : [])]}
      onPick={save}
    >
      <button type="button">{say('export')}</button>
    </Choice>
  )
}
