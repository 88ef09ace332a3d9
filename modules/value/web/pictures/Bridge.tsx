import type { Search, useText } from '../../../../apps/web/ui/index.ts'
import { useSay } from '../../../orders/web/say.ts'
import type { Bridge as BridgeData, Overview } from '../../contract.shapes.ts'
import { Card } from '../chart/Card.tsx'
import { Mark, Plot } from '../chart/Plot.tsx'
import type { Sheet } from '../chart/sheet.ts'
import { useFormats } from '../format.ts'
import { text } from '../text.ts'

type Bar = {
  key: string
  title: string
  note: string
  from: number
  to: number
  tone: string
  to_search?: Search
}
const HEIGHT = 214
const TOP = 26
const BASE = 182

/** Equity then and now, and what became of customers in between. */
export function Bridge({ data }: { data: Overview }) {
  const say = useSay(text)
  const as = useFormats()
  const { bridge, currency } = data
  const finding = useFinding(data)
  const shown =
    bridge?.steps.filter(({ move, change_minor }) => move !== 'unchanged' || change_minor !== 0) ?? []
  const sheet: Sheet = {
    currency,
    columns: [
      { title: say('step'), kind: 'text' },
      { title: say('customers'), kind: 'count' },
      { title: say('change'), kind: 'money' },
    ],
    rows: bridge
      ? [
          {
            key: 'start',
            cells: [`${say('start')} ${bridge.from}`, null, bridge.start_minor],
            to: { as_of: bridge.from },
          },
          ...bridge.steps.map(({ move, customers, change_minor }) => ({
            key: move,
            cells: [say(`move.${move}`), customers, change_minor],
            to: { move, compare: bridge.from },
          })),
          {
            key: 'end',
            cells: [`${say('end')} ${bridge.to}`, null, bridge.end_minor],
            to: {},
          },
        ]
      : [],
  }
  const bars = bridge ? barsOf(bridge, shown, say, as.count) : []
  const floor = floorOf(bars)
  const sub = bridge
    ? [
        say('bridge_sub', { from: bridge.from, to: bridge.to }),
        ...(floor > 0 ? [say('bridge_cut', { from: as.brief(floor, currency) })] : []),
        ...(bridge.same_fit ? [] : [say('bridge_refit')]),
      ].join(' · ')
    : ''
  return (
    <Card
      name="bridge"
      title={finding}
      sub={sub}
      define={say('define.bridge')}
      span={9}
      as_of={data.as_of}
      sheet={sheet}
      {...(bridge ? {} : { none: say(data.too_few ? 'few_card' : 'bridge_none') })}
    >
      <Plot label={finding} height={HEIGHT}>
        {(width) => <Steps bars={bars} floor={floor} width={width} currency={currency} />}
      </Plot>
    </Card>
  )
}

type Say = ReturnType<typeof useText<typeof text>>
function barsOf(
  bridge: BridgeData,
  steps: BridgeData['steps'],
  say: Say,
  count: (n: number) => string,
): Bar[] {
  let at = bridge.start_minor
  const middle = steps.map(({ move, customers, change_minor }): Bar => {
    const from = at
    at += change_minor
    return {
      key: move,
      title: say(`move.${move}`),
      note: count(customers),
      from,
      to: at,
      tone: change_minor < 0 ? 'var(--c-loss)' : 'var(--seq-3)',
      to_search: { move, compare: bridge.from },
    }
  })
  const whole = { from: 0, tone: 'var(--c1)' }
  return [
    {
      key: 'start',
      title: say('start'),
      note: bridge.from,
      to: bridge.start_minor,
      to_search: { as_of: bridge.from },
      ...whole,
    },
    ...middle,
    {
      key: 'end',
      title: say('end'),
      note: bridge.to,
      to: bridge.end_minor,
      to_search: {},
      ...whole,
    },
  ]
}

/** Where the axis begins: below the lowest step, so that small changes of a large equity can be seen. */
function floorOf(bars: readonly Bar[]): number {
  const ends = bars.flatMap(({ key, from, to }) => (key === 'start' || key === 'end' ? [to] : [from, to]))
  const low = Math.min(...ends)
  const high = Math.max(...ends)
  return low > 0 && (high - low) / high < 0.6 ? low - (high - low) * 0.3 : 0
}

type StepsProps = { bars: readonly Bar[]; floor: number; width: number; currency: string }
function Steps({ bars, floor, width, currency }: StepsProps) {
  const as = useFormats()
  const ends = bars.flatMap(({ from, to }) => [from, to]).filter((minor) => minor >= floor)
  const high = Math.max(...ends)
  const low = Math.min(floor, ...ends)
  const y = (minor: number) => BASE - ((minor - low) / (high - low || 1)) * (BASE - TOP)
  const slot = width / bars.length
  const bar = Math.min(64, slot * 0.62)
  const tight = slot < 62
  return (
    <>
      <path d={`M0 ${y(Math.max(low, Math.min(0, high)))}H${width}`} stroke="var(--line-2)" />
      {bars.map((one, i) => {
        const whole = one.key === 'start' || one.key === 'end'
        const top = Math.min(y(Math.max(one.from, floor)), y(one.to))
        const height = Math.max(1, Math.abs(y(Math.max(one.from, floor)) - y(one.to)))
        const x = slot * i + (slot - bar) / 2
        const change = one.to - one.from
        const figure = whole ? as.brief(one.to, currency) : as.change(change, currency)
        // On a phone the unit stands in the tip and the table only.
        const label = tight ? figure.replace(/[^\d+−.,KMBT万亿兆]/g, '') : figure
        return (
          <g key={one.key}>
            {i < bars.length - 1 && (
              <path d={`M${x + bar} ${y(one.to)}H${x + slot}`} stroke="var(--ink-4)" strokeDasharray="2 2" />
            )}
            <Mark tip={`${one.title} ${one.note}\n${figure}`} to={one.to_search}>
              <rect x={slot * i} y={0} width={slot} height={HEIGHT} fill="transparent" />
              <rect x={x} y={top} width={bar} height={height} fill={one.tone} />
              {whole && floor > 0 && (
                <path
                  d={`M${x - 3} ${BASE - 8}l${bar + 6} -7M${x - 3} ${BASE - 3}l${bar + 6} -7`}
                  stroke="var(--surface)"
                  strokeWidth={2}
                />
              )}
              <text x={x + bar / 2} y={top - 6} textAnchor="middle" className={tight ? 'h11' : 'h'}>
                {label}
              </text>
              <text x={x + bar / 2} y={BASE + 16} textAnchor="middle" className={tight ? '' : 's'}>
                {one.title}
              </text>
              <text x={x + bar / 2} y={BASE + 30} textAnchor="middle">
                {tight && whole ? one.note.slice(2, 7) : one.note}
              </text>
            </Mark>
          </g>
        )
      })}
    </>
  )
}

function useFinding({ bridge, currency }: Overview): string {
  const say = useSay(text)
  const as = useFormats()
  if (!bridge) return say('change')
  const change = bridge.end_minor - bridge.start_minor
  const of = (move: string) => bridge.steps.find((step) => step.move === move)?.change_minor ?? 0
  const [most] = bridge.steps
    .filter((step) => Math.sign(step.change_minor) === Math.sign(change))
    .sort((a, b) => Math.abs(b.change_minor) - Math.abs(a.change_minor))
  const won = of('won') + of('rewon')
  const lost = -of('lost')
  const share = bridge.start_minor > 0 ? Math.abs(change) / bridge.start_minor : 0
  const head =
    bridge.start_minor <= 0
      ? say('bridge_new', { value: as.brief(bridge.end_minor, currency) })
      : share < 0.0005
        ? say('bridge_flat')
        : say(change > 0 ? 'bridge_up' : 'bridge_down', { share: as.share(share, 1) })
  const tail =
    lost > 0
      ? say(won < lost ? 'bridge_short' : 'bridge_enough', {
          won: as.brief(won, currency),
          lost: as.brief(lost, currency),
        })
      : undefined
  return [
    head,
    ...(most && bridge.start_minor > 0 ? [say(`by.${most.move}`)] : []),
    ...(tail ? [tail] : []),
  ].join(say('clause'))
}
