import { useSay } from '../../../orders/web/say.ts'
import type { ModelPage } from '../../contract.model.ts'
import { Mark } from '../chart/Plot.tsx'
import type { Sheet } from '../chart/sheet.ts'
import { useFormats } from '../format.ts'
import { text } from '../model.text.ts'
import { ACTUAL, BASE, Both, Ground, holdOutOf, PREDICTED } from './Both.tsx'

const LEFT = 42
const TOP = 20

/** What came, and what the calibration alone foresaw: the last months were kept from the model. */
export function Tracking({ data }: { data: ModelPage }) {
  const say = useSay(text)
  const as = useFormats()
  const { tracking } = data
  // Of the customers, not of the weeks drawn: the first of these may have begun before.
  const { predicted, actual } = holdOutOf(data) ?? {
    predicted: 0,
    actual: 0,
  }
  const finding =
    data.calibration && actual > 0
      ? say('tracking_finding', {
          days: data.calibration.holdout_days,
          predicted: Math.round(predicted),
          actual,
          bias: as.signedShare(predicted / actual - 1),
        })
      : say('tracking_plain')
  const sheet: Sheet = {
    currency: '',
    columns: [
      { title: say('week'), kind: 'day' },
      { title: say('actual'), kind: 'count' },
      { title: say('predicted'), kind: 'number' },
      { title: say('held_out'), kind: 'text' },
    ],
    rows: tracking.map((one) => ({
      key: one.on,
      cells: [one.on, one.actual, one.predicted, one.holdout ? say('held_out') : ''],
    })),
  }
  return (
    <Both data={data} name="tracking" finding={finding} span={8} sheet={sheet} few={tracking.length < 2}>
      {(width) => <Lines tracking={tracking} width={width} />}
    </Both>
  )
}

function Lines({ tracking, width }: { tracking: ModelPage['tracking']; width: number }) {
  const say = useSay(text)
  const as = useFormats()
  const right = width - 8
  const most = Math.max(1, ...tracking.flatMap((one) => [one.actual, one.predicted]))
  const days = tracking.map((one) => Date.parse(one.on))
  const x = (i: number) =>
    LEFT + ((days[i]! - days[0]!) / Math.max(1, days.at(-1)! - days[0]!)) * (right - LEFT)
  const y = (n: number) => BASE - (n / most) * (BASE - TOP)
  const line = (pick: (one: (typeof tracking)[number]) => number) =>
    tracking.map((one, i) => `${x(i).toFixed(1)} ${y(pick(one)).toFixed(1)}`).join('L')
  const cut = tracking.findIndex((one) => one.holdout)
  const step = Math.max(1, Math.ceil(tracking.length / Math.max(2, Math.floor((right - LEFT) / 84))))
  const slot = (right - LEFT) / tracking.length
  const edge = cut > 0 ? x(cut) - (x(cut) - x(cut - 1)) / 2 : null
  return (
    <>
      <Ground most={most} y={y} left={LEFT} right={right} say={as.count} />
      {edge !== null && (
        <>
          <rect
            x={edge}
            y={TOP}
            width={right - edge}
            height={BASE - TOP}
            fill="var(--band)"
            fillOpacity={0.6}
          />
          <path d={`M${edge} ${TOP - 8}V${BASE}`} stroke="var(--ink-3)" strokeDasharray="3 3" />
          <text x={edge + 5} y={TOP - 4}>
            {say('unseen')}
          </text>
        </>
      )}
      <path d={`M${line((one) => one.actual)}`} fill="none" stroke={ACTUAL} strokeWidth={1.75} />
      <path d={`M${line((one) => one.predicted)}`} fill="none" stroke={PREDICTED} strokeWidth={1.75} />
      {tracking.map((one, i) => (
        <Mark
          key={one.on}
          tip={`${one.on}${one.holdout ? ` · ${say('held_out')}` : ''}\n${say('actual')} ${as.count(one.actual)}\n${say('predicted')} ${as.number(one.predicted, 1)}`}
        >
          <rect x={x(i) - slot / 2} y={TOP} width={slot} height={BASE - TOP} fill="transparent" />
          {one.holdout && <circle cx={x(i)} cy={y(one.actual)} r={2.2} fill={ACTUAL} />}
        </Mark>
      ))}
      {tracking.map((one, i) =>
        i % step === 0 && x(i) < right - 34 ? (
          <text key={one.on} x={x(i)} y={BASE + 16} textAnchor={i === 0 ? 'start' : 'middle'}>
            {one.on.slice(0, 7)}
          </text>
        ) : null,
      )}
    </>
  )
}
