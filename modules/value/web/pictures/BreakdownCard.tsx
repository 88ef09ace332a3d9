import { useQuery } from '@tanstack/react-query'
import { useContext, useState } from 'react'
import {
  Choice,
  Go,
  type PlainColumn,
  PlainTable,
  type Search,
  useText,
} from '../../../../apps/web/ui/index.ts'
import { useSay } from '../../../orders/web/say.ts'
import { useRegionName } from '../../../parties/web/columns.tsx'
import { text as partyText } from '../../../parties/web/text.ts'
import { type Breakdown, breakdowns, withouts } from '../../contract.shapes.ts'
import { Card, CardBones } from '../chart/Card.tsx'
import { BEHIND, Looking } from '../chart/Plot.tsx'
import type { Sheet } from '../chart/sheet.ts'
import { isOneOf } from '../filter.ts'
import { useFormats } from '../format.ts'
import { Scroll } from '../Scroll.tsx'
import { text } from '../text.ts'
import { valueApi } from '../valueApi.ts'
import { kept, type PictureProps } from './common.ts'

type By = (typeof breakdowns)[number]
type Item = Breakdown['items'][number]
const slices: Record<By, string> = {
  role: 'role',
  branch: 'unit',
  unit: 'unit',
  owner: 'owner',
  tag: 'tag',
  country: 'country',
  class: 'class',
  abc: 'abc',
}

/** The same figures by market, branch, manager, segment … */
export function BreakdownCard({ filter }: PictureProps) {
  const say = useSay(text)
  const as = useFormats()
  const [by, setBy] = useState<By>('country')
  const nameOf = useGroupName(by)
  const { data } = useQuery({ ...valueApi.breakdown.query({ query: { ...filter, by } }), ...kept })
  if (!data) return <CardBones span={12} height={260} />
  const { currency } = data
  const items = data.items
  const all = items.reduce((sum, one) => sum + Math.max(0, one.value_minor ?? 0), 0)
  const [most] = items.toSorted((a, b) => (b.value_minor ?? 0) - (a.value_minor ?? 0))
  const what = say(`by_kind.${by}`)
  const sheet: Sheet = {
    currency,
    columns: [
      { title: say('group'), kind: 'text' },
      { title: say('customers'), kind: 'count' },
      { title: say('value'), kind: 'money' },
      { title: say('per_customer'), kind: 'money' },
      { title: say('at_risk'), kind: 'money' },
      { title: say('p_alive'), kind: 'number' },
      { title: say('core'), kind: 'count' },
      { title: say('overdue'), kind: 'count' },
      { title: say('revenue'), kind: 'money' },
      { title: say('spend'), kind: 'money' },
    ],
    rows: items.map((one) => ({
      key: one.key ?? '',
      cells: [
        nameOf(one),
        one.customers,
        one.value_minor,
        one.mean_minor,
        one.at_risk_minor,
        one.p_alive_mean,
        one.core_customers,
        one.overdue_customers,
        one.revenue_minor,
        one.spend_minor,
      ],
      to: sliceOf(by, one),
    })),
  }
  return (
    <Card
      name={`by-${by}`}
      title={
        most && most.value_minor !== null && all > 0
          ? say('breakdown_finding', { name: nameOf(most), share: as.share(most.value_minor / all) })
          : say('breakdown_few', { by: what })
      }
      sub={say('breakdown_sub', { by: what })}
      define={say('breakdown_define')}
      span={12}
      as_of={data.as_of}
      sheet={sheet}
      more={
        <Choice
          label={say('group')}
          value={by}
          options={breakdowns.map((one) => ({ value: one, label: say(`by_kind.${one}`) }))}
          onPick={(picked) => setBy(breakdowns.find((one) => one === picked) ?? by)}
        >
          <button type="button">{what} ▾</button>
        </Choice>
      }
    >
      <Groups data={data} by={by} nameOf={nameOf} />
    </Card>
  )
}

const sliceOf = (by: By, { key }: Item): Search | undefined =>
  key !== null ? { [slices[by]]: key } : isOneOf(withouts, by) ? { without: by } : undefined

function useGroupName(by: By): (item: Item) => string {
  const say = useText(text)
  const role = useText(partyText)
  const region = useRegionName()
  return ({ key, name }) => {
    if (key === null) return say('none')
    if (by === 'country') return region(key)
    if (by === 'role' && key in partyText) return role(key as keyof typeof partyText)
    if (by === 'class' && (key === 'one_off' || key === 'occasional' || key === 'regular'))
      return say(`class.${key}`)
    return name ?? key
  }
}

type GroupsProps = { data: Breakdown; by: By; nameOf: (item: Item) => string }
function Groups({ data, by, nameOf }: GroupsProps) {
  const say = useSay(text)
  const as = useFormats()
  const looking = useContext(Looking)
  const { currency } = data
  const most = Math.max(1, ...data.items.map((one) => one.value_minor ?? 0))
  const columns: PlainColumn<Item>[] = [
    {
      key: 'group',
      title: say('group'),
      width: 150,
      cell: (one) => {
        const to = sliceOf(by, one)
        return to ? (
          <Go to={BEHIND} search={{ ...looking, ...to }} className="lnk">
            {nameOf(one)}
          </Go>
        ) : (
          nameOf(one)
        )
      },
    },
    { key: 'n', title: say('customers'), width: 84, align: 'end', cell: (one) => as.count(one.customers) },
    {
      key: 'value',
      title: say('value'),
      width: 200,
      cell: (one) => (
        <span className="vrk">
          <span className="num">{as.brief(one.value_minor, currency)}</span>
          <b style={{ width: `${(Math.max(0, one.value_minor ?? 0) / most) * 100}%` }} />
        </span>
      ),
    },
    {
      key: 'mean',
      title: say('per_customer'),
      width: 104,
      align: 'end',
      cell: (one) => as.brief(one.mean_minor, currency),
    },
    {
      key: 'risk',
      title: say('at_risk'),
      width: 100,
      align: 'end',
      cell: (one) => as.brief(one.at_risk_minor, currency),
    },
    {
      key: 'alive',
      title: say('p_alive'),
      width: 76,
      align: 'end',
      cell: (one) => as.chance(one.p_alive_mean),
    },
    { key: 'core', title: say('core'), width: 64, align: 'end', cell: (one) => as.count(one.core_customers) },
    {
      key: 'overdue',
      title: say('overdue'),
      width: 76,
      align: 'end',
      cell: (one) => as.count(one.overdue_customers),
    },
    {
      key: 'spend',
      title: say('spend'),
      width: 90,
      align: 'end',
      cell: (one) => as.brief(one.spend_minor, currency),
    },
  ]
  return (
    <Scroll className="vlist tall" label={say('group')}>
      <PlainTable
        label={say('group')}
        columns={columns}
        rows={data.items}
        keyOf={(one, i) => one.key ?? i}
        compact
      />
    </Scroll>
  )
}
