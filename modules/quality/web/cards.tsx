import { Go, type PlainColumn, PlainTable, type Search, useText } from '../../../apps/web/ui/index.ts'
import { Card } from '../../value/web/chart/Card.tsx'
import type { Sheet } from '../../value/web/chart/sheet.ts'
import { useFormats } from '../../value/web/format.ts'
import { Scroll } from '../../value/web/Scroll.tsx'
import type { Overview } from '../contract.ts'
import { text as served } from '../text.ts'
import { useSays } from './says.ts'
import { text } from './text.ts'

export const WORK = '/quality/work'
type CardProps = { data: Overview; looking: Search }

/** A bar that leads to the list behind it. */
function Bars({
  items,
  looking,
}: {
  items: readonly { key: string; label: string; n: number; tone: string; to: Search }[]
  looking: Search
}) {
  const as = useFormats()
  const most = Math.max(1, ...items.map(({ n }) => n))
  return (
    <ul className="qbars">
      {items.map(({ key, label, n, tone, to }) => (
        <li key={key}>
          <span className="l cut" title={label}>
            {n > 0 ? (
              <Go to={WORK} search={{ ...looking, ...to }} className="lnk">
                {label}
              </Go>
            ) : (
              <span className="mut">{label}</span>
            )}
          </span>
          <span className="b" aria-hidden="true">
            {n > 0 && <b className={tone} style={{ width: `${(n / most) * 100}%` }} />}
          </span>
          <span className="n num">{as.count(n)}</span>
        </li>
      ))}
    </ul>
  )
}

export function BandsCard({ data, looking }: CardProps) {
  const say = useText(text)
  const word = useText(served)
  const as = useFormats()
  const good = data.bands.find(({ band }) => band === 'good')?.parties ?? 0
  const sheet: Sheet = {
    currency: '',
    columns: [
      { title: say('band'), kind: 'text' },
      { title: say('from'), kind: 'number' },
      { title: say('customers'), kind: 'count' },
      { title: say('share'), kind: 'share' },
    ],
    rows: data.bands.map(({ band, from, parties }) => ({
      key: band,
      cells: [word(`band.${band}`), from, parties, data.parties ? parties / data.parties : null],
    })),
  }
  const sides = (['completeness', 'validity', 'freshness'] as const).map((one) => ({ one, score: data[one] }))
  return (
    <Card
      name="quality-bands"
      title={say('bands_finding', { share: as.share(data.scored ? good / data.scored : null) })}
      sub={say('bands_sub')}
      define={say('bands_define')}
      span={4}
      as_of={data.as_of}
      sheet={sheet}
    >
      <Bars
        looking={looking}
        items={data.bands.map(({ band, from, parties }, i) => {
          const below = data.bands[i - 1]?.from
          return {
            key: band,
            label: `${word(`band.${band}`)} ${from}–${below === undefined ? 100 : below - 1}`,
            n: parties,
            tone: band,
            to: { band },
          }
        })}
      />
      <dl className="qsides">
        {sides.map(({ one, score }) => (
          <div key={one}>
            <dt>{word(`dimension.${one}`)}</dt>
            <dd className="num">{as.number(score, 1)}</dd>
          </div>
        ))}
      </dl>
    </Card>
  )
}

export function ReasonsCard({ data, looking }: CardProps) {
  const say = useText(text)
  const word = useText(served)
  const { ruleName } = useSays()
  const [first] = data.reasons
  const sheet: Sheet = {
    currency: '',
    columns: [
      { title: say('reason'), kind: 'text' },
      { title: say('dimension'), kind: 'text' },
      { title: say('customers'), kind: 'count' },
      { title: say('share'), kind: 'share' },
    ],
    rows: data.reasons.map(({ code, name, dimension, parties, share }) => ({
      key: code,
      cells: [ruleName({ code, name }), word(`dimension.${dimension}`), parties, share],
    })),
  }
  return (
    <Card
      name="quality-reasons"
      title={
        first && first.parties > 0
          ? say('reasons_finding', { name: ruleName(first), n: first.parties })
          : say('reasons_none')
      }
      sub={say('reasons_sub')}
      define={say('reasons_define')}
      span={8}
      as_of={data.as_of}
      sheet={sheet}
    >
      <Bars
        looking={looking}
        items={data.reasons.map(({ code, name, dimension, parties }) => ({
          key: code,
          label: ruleName({ code, name }),
          n: parties,
          tone: dimension,
          to: { reason: code },
        }))}
      />
    </Card>
  )
}

type Part = {
  key: string
  id: number | null
  name: string
  parties: number
  score: number | null
  poor: number
}

/** By unit or by owner, the weakest in the title. */
export function PartsCard({ data, of, looking }: CardProps & { of: 'units' | 'owners' }) {
  const say = useText(text)
  const as = useFormats()
  const parts: Part[] =
    of === 'units'
      ? data.units.map(({ unit, ...rest }) => ({ key: `${unit.id}`, id: unit.id, name: unit.name, ...rest }))
      : data.owners.map(({ owner, ...rest }) => ({
          key: `${owner?.id ?? 0}`,
          id: owner?.id ?? null,
          name: owner?.name ?? say('nobody'),
          ...rest,
        }))
  const [weakest] = parts
    .filter(({ score }) => score !== null)
    .toSorted((a, b) => (a.score ?? 0) - (b.score ?? 0))
  const what = say(of === 'units' ? 'unit' : 'owner')
  const to = ({ id }: Part): Search => ({
    ...looking,
    [of === 'units' ? 'unit' : 'owner']: id === null ? 'none' : String(id),
  })
  const columns: PlainColumn<Part>[] = [
    {
      key: 'name',
      title: what,
      width: 150,
      cell: (part) => (
        <Go to={WORK} search={to(part)} className="lnk">
          {part.name}
        </Go>
      ),
    },
    { key: 'n', title: say('customers'), width: 84, align: 'end', cell: ({ parties }) => as.count(parties) },
    {
      key: 'score',
      title: say('mean'),
      width: 150,
      cell: ({ score }) => (
        <span className="vrk">
          <span className="num">{as.number(score, 1)}</span>
          <b style={{ width: `${score ?? 0}%` }} />
        </span>
      ),
    },
    { key: 'poor', title: say('poor'), width: 70, align: 'end', cell: ({ poor }) => as.count(poor) },
  ]
  const sheet: Sheet = {
    currency: '',
    columns: [
      { title: what, kind: 'text' },
      { title: say('customers'), kind: 'count' },
      { title: say('mean'), kind: 'number' },
      { title: say('poor'), kind: 'count' },
    ],
    rows: parts.map(({ key, name, parties, score, poor }) => ({ key, cells: [name, parties, score, poor] })),
  }
  return (
    <Card
      name={`quality-${of}`}
      title={
        weakest
          ? say('units_finding', { name: weakest.name, score: as.number(weakest.score, 1) })
          : say(of === 'units' ? 'units_sub' : 'owners_sub')
      }
      sub={say(of === 'units' ? 'units_sub' : 'owners_sub')}
      define={say('parts_define')}
      span={6}
      as_of={data.as_of}
      sheet={sheet}
    >
      <Scroll className="vlist tall qparts" label={what}>
        <PlainTable label={what} columns={columns} rows={parts} keyOf={({ key }) => key} compact />
      </Scroll>
    </Card>
  )
}
