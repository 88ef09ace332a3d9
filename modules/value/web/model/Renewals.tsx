import { useQuery } from '@tanstack/react-query'
import { useSay } from '../../../orders/web/say.ts'
import { Card } from '../chart/Card.tsx'
import { Mark, Plot } from '../chart/Plot.tsx'
import type { Sheet } from '../chart/sheet.ts'
import { useFormats } from '../format.ts'
import { text } from '../model.text.ts'
import { modelName } from '../modelName.ts'
import { useModelWords } from '../modelWords.ts'
import { valueApi } from '../valueApi.ts'

const HEIGHT = 210
const LEFT = 40
const TOP = 10
const BASE = 182

/** Subscriptions, where there are any: who renews, as it came and as the model has it. */
export function Renewals() {
  const say = useSay(text)
  const as = useFormats()
  const told = useModelWords()
  const { data } = useQuery(valueApi.contracts.query({ query: {} }))
  if (!data || data.active + data.ended === 0) return null
  const { survival } = data
  const title = say('contracts', { n: data.active, ended: data.ended })
  const sheet: Sheet = {
    currency: data.currency,
    columns: [
      { title: say('renewals'), kind: 'count' },
      { title: say('actual'), kind: 'share' },
      { title: say('predicted'), kind: 'share' },
    ],
    rows: survival.map((one) => ({
      key: String(one.period),
      cells: [one.period, one.actual, one.predicted],
    })),
  }
  const points = (width: number, pick: (one: (typeof survival)[number]) => number | null) => {
    const last = Math.max(1, survival.at(-1)?.period ?? 1)
    return survival.flatMap((one) => {
      const share = pick(one)
      return share === null
        ? []
        : [{ one, x: LEFT + (one.period / last) * (width - LEFT - 8), y: BASE - share * (BASE - TOP) }]
    })
  }
  return (
    <Card
      name="contracts"
      title={title}
      sub={[
        say('contracts_sub'),
        ...(data.value_minor === null
          ? []
          : [say('contracts_value', { value: as.brief(data.value_minor, data.currency) })]),
      ].join(' · ')}
      define={say('contracts_define', { model: data.model ? modelName(data.model) : '—' })}
      span={12}
      as_of={data.as_of}
      sheet={sheet}
      {...(survival.length < 2
        ? { none: data.warnings.map(({ code }) => told(code)).join(' ') || say('verdict_few') }
        : {})}
    >
      <Plot label={title} height={HEIGHT}>
        {(width) => {
          const modelled = points(width, (one) => one.predicted)
          const seen = points(width, (one) => one.actual)
          const line = (list: typeof seen) =>
            list.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')
          return (
            <>
              {[0, 0.5, 1].map((tick) => (
                <g key={tick}>
                  <path d={`M${LEFT} ${BASE - tick * (BASE - TOP)}H${width}`} stroke="var(--grid)" />
                  <text x={LEFT - 6} y={BASE - tick * (BASE - TOP) + 4} textAnchor="end">
                    {as.share(tick)}
                  </text>
                </g>
              ))}
              <path d={`M${line(modelled)}`} fill="none" stroke="var(--c2)" strokeWidth={1.75} />
              {seen.length > 1 && (
                <path d={`M${line(seen)}`} fill="none" stroke="var(--c1)" strokeWidth={1.75} />
              )}
              {modelled.map(({ one, x }) => (
                <Mark
                  key={one.period}
                  tip={`${say('renewals')} ${one.period}\n${say('actual')} ${as.share(one.actual, 1)}\n${say('predicted')} ${as.share(one.predicted, 1)}`}
                >
                  <rect x={x - 8} y={TOP} width={16} height={BASE - TOP} fill="transparent" />
                  <text x={x} y={BASE + 16} textAnchor="middle">
                    {one.period}
                  </text>
                </Mark>
              ))}
            </>
          )
        }}
      </Plot>
    </Card>
  )
}
