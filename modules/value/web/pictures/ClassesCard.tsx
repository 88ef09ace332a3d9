import { useQuery } from '@tanstack/react-query'
import { useSay } from '../../../orders/web/say.ts'
import type { Classes as ClassesData } from '../../contract.shapes.ts'
import { Card, CardBones } from '../chart/Card.tsx'
import { Mark, Plot } from '../chart/Plot.tsx'
import type { Sheet } from '../chart/sheet.ts'
import { useFormats } from '../format.ts'
import { text } from '../text.ts'
import { valueApi } from '../valueApi.ts'
import { kept, type PictureProps } from './common.ts'

const ROW = 62
const tones = { one_off: 'var(--c5)', occasional: 'var(--c4)', regular: 'var(--c1)' }

/** Three stripes: how customers, revenue and value divide over one-off, occasional and regular. */
export function ClassesCard({ filter }: PictureProps) {
  const say = useSay(text)
  const as = useFormats()
  const { data } = useQuery({ ...valueApi.classes.query({ query: filter }), ...kept })
  if (!data) return <CardBones span={4} height={260} />
  const { classes, currency } = data
  const stripes: Stripe[] = [
    { title: say('customers'), pick: (one: Item) => one.customers, money: false },
    { title: say('revenue'), pick: (one: Item) => one.revenue_minor, money: true },
    ...(data.too_few ? [] : [{ title: say('value'), pick: (one: Item) => one.value_minor, money: true }]),
  ]
  const once = classes.find((one) => one.class === 'one_off')
  const all = totalOf(classes, (one) => one.customers)
  const finding = say('classes_finding', { share: as.share(all > 0 ? (once?.customers ?? 0) / all : 0) })
  const sheet: Sheet = {
    currency,
    columns: [
      { title: say('class'), kind: 'text' },
      { title: say('customers'), kind: 'count' },
      { title: say('purchases'), kind: 'count' },
      { title: say('revenue'), kind: 'money' },
      { title: say('value'), kind: 'money' },
    ],
    rows: classes.map((one) => ({
      key: one.class,
      cells: [
        say(`class.${one.class}`),
        one.customers,
        one.purchases,
        one.revenue_minor,
        data.too_few ? null : one.value_minor,
      ],
      to: { class: one.class },
    })),
  }
  return (
    <Card
      name="classes"
      title={finding}
      sub={say('classes_sub')}
      define={say('define.class')}
      span={4}
      as_of={data.as_of}
      sheet={sheet}
    >
      <p className="vlegend">
        {classes.map((one) => (
          <span key={one.class}>
            <i style={{ background: tones[one.class] }} />
            {say(`class.${one.class}`)}
          </span>
        ))}
      </p>
      <Plot label={finding} height={stripes.length * ROW}>
        {(width) => <Stripes stripes={stripes} classes={classes} width={width} currency={currency} />}
      </Plot>
    </Card>
  )
}

type Item = ClassesData['classes'][number]
type Stripe = { title: string; pick: (one: Item) => number; money: boolean }
type StripesProps = { stripes: readonly Stripe[]; classes: readonly Item[]; width: number; currency: string }
function Stripes({ stripes, classes, width, currency }: StripesProps) {
  const say = useSay(text)
  const as = useFormats()
  return stripes.map(({ title, pick, money }, row) => {
    const sum = totalOf(classes, pick)
    let x = 0
    return (
      <g key={title}>
        <text x={0} y={row * ROW + 14} className="s">
          {title}
        </text>
        <text x={width} y={row * ROW + 14} textAnchor="end">
          {money ? as.brief(sum, currency) : as.count(sum)}
        </text>
        {classes.map((one) => {
          const share = sum > 0 ? Math.max(0, pick(one)) / sum : 0
          const from = x
          x += share * width
          const figure = money ? as.brief(pick(one), currency) : say('people', { n: pick(one) })
          return (
            <Mark
              key={one.class}
              tip={`${say(`class.${one.class}`)} · ${title}\n${figure} (${as.share(share, 1)})`}
              to={one.customers > 0 ? { class: one.class } : undefined}
            >
              <rect
                x={from}
                y={row * ROW + 20}
                width={Math.max(0, share * width - 1)}
                height={22}
                fill={tones[one.class]}
              />
              {share > 0.12 && (
                <text
                  x={from + share * width - 8}
                  y={row * ROW + 35}
                  textAnchor="end"
                  className="cell"
                  style={{ fill: one.class === 'regular' ? 'var(--on-brand)' : 'var(--ink)' }}
                >
                  {as.share(share)}
                </text>
              )}
            </Mark>
          )
        })}
      </g>
    )
  })
}

const totalOf = (classes: readonly Item[], pick: (one: Item) => number): number =>
  classes.reduce((sum, one) => sum + Math.max(0, pick(one)), 0)
