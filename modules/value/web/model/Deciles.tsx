import { useSay } from '../../../orders/web/say.ts'
import type { ModelPage } from '../../contract.model.ts'
import { Mark } from '../chart/Plot.tsx'
import type { Sheet } from '../chart/sheet.ts'
import { useFormats } from '../format.ts'
import { text } from '../model.text.ts'
import { ACTUAL, BASE, Both, Ground, holdOutOf, PREDICTED } from './Both.tsx'

const LEFT = 34
const TOP = 10

/** Whether those foreseen to buy most did buy most. */
export function Deciles({ data }: { data: ModelPage }) {
  const say = useSay(text)
  const as = useFormats()
  const deciles = (holdOutOf(data)?.deciles ?? []).map((one) => ({
    ...one,
    predicted: one.predicted / Math.max(1, one.customers),
    actual: one.actual / Math.max(1, one.customers),
  }))
  const first = deciles[0]
  const finding = first ? say('deciles_finding', { lift: as.number(first.lift, 1) }) : say('part')
  const sheet: Sheet = {
    currency: '',
    columns: [
      { title: say('part'), kind: 'text' },
      { title: say('customers'), kind: 'count' },
      { title: say('predicted'), kind: 'number' },
      { title: say('actual'), kind: 'number' },
      { title: say('lift'), kind: 'number' },
    ],
    rows: deciles.map((one, i) => ({
      key: String(i),
      cells: [say('decile', { n: i + 1 }), one.customers, one.predicted, one.actual, one.lift],
    })),
  }
  return (
    <Both data={data} name="deciles" finding={finding} span={4} sheet={sheet} few={deciles.length === 0}>
      {(width) => <Pairs deciles={deciles} width={width} />}
    </Both>
  )
}

type Tenth = { predicted: number; actual: number }
function Pairs({ deciles, width }: { deciles: readonly Tenth[]; width: number }) {
  const say = useSay(text)
  const as = useFormats()

  const most = Math.max(0.01, ...deciles.flatMap((one) => [one.actual, one.predicted]))
  const y = (n: number) => BASE - (n / most) * (BASE - TOP)
  const slot = (width - LEFT) / deciles.length
  const bar = Math.min(14, slot * 0.36)
  return (
    <>
      <Ground most={most} y={y} left={LEFT} right={width} say={(tick) => as.number(tick, 1)} />
      {deciles.map((one, i) => {
        const x = LEFT + (i + 0.5) * slot
        return (
          <Mark
            // biome-ignore lint/suspicious/noArrayIndexKey: a tenth is its place
            key={i}
            tip={`${say('decile', { n: i + 1 })}\n${say('actual')} ${as.number(one.actual)}\n${say('predicted')} ${as.number(one.predicted)}`}
          >
            <rect x={x - slot / 2} y={TOP} width={slot} height={BASE - TOP} fill="transparent" />
            <rect
              x={x - bar - 0.5}
              y={y(one.actual)}
              width={bar}
              height={BASE - y(one.actual)}
              fill={ACTUAL}
            />
            <rect
              x={x + 0.5}
              y={y(one.predicted)}
              width={bar}
              height={BASE - y(one.predicted)}
              fill={PREDICTED}
            />
            <text x={x} y={BASE + 16} textAnchor="middle">
              {i + 1}
            </text>
          </Mark>
        )
      })}
    </>
  )
}
