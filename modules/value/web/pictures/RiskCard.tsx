import { useQuery } from '@tanstack/react-query'
import { Go, type PlainColumn, PlainTable, useNarrow, useText } from '../../../../apps/web/ui/index.ts'
import { useSay } from '../../../orders/web/say.ts'
import type { Risk, ValueRow } from '../../contract.shapes.ts'
import { Card, CardBones } from '../chart/Card.tsx'
import type { Sheet } from '../chart/sheet.ts'
import { useFormats } from '../format.ts'
import { Scroll } from '../Scroll.tsx'
import { text } from '../text.ts'
import { valueApi } from '../valueApi.ts'
import { kept, type PictureProps } from './common.ts'

const SHOWN = 8

/** Why this customer is here, in words: the first reason that applies says most. */
export function useWhy(): (row: ValueRow) => string {
  const say = useText(text)
  const as = useFormats()
  return (row) => {
    const params = { silent: row.silent_days, usual: as.number(row.usual_days, 0) }
    const told = row.why.filter((one) => row.usual_days !== null || (one !== 'overdue' && one !== 'silent'))
    // Overdue says what silent says, and more.
    const said = told.filter((one) => !(one === 'silent' && told.includes('overdue')))
    return said.map((one) => say(`reason.${one}`, params)).join(say('clause'))
  }
}

export function RiskCard({ filter, of_contracts }: PictureProps & { of_contracts: boolean }) {
  const say = useSay(text)
  const as = useFormats()
  const why = useWhy()
  const { data } = useQuery({ ...valueApi.risk.query({ query: { ...filter, limit: SHOWN } }), ...kept })
  if (!data) return <CardBones span={8} height={340} />
  const { currency, items } = data
  const none = data.at_risk_minor === null
  const sheet: Sheet = {
    currency,
    columns: [
      { title: say('customer'), kind: 'text' },
      { title: say('value'), kind: 'money' },
      { title: say('p_alive'), kind: 'share' },
      { title: say('lateness'), kind: 'share' },
      { title: say('at_risk'), kind: 'money' },
      { title: say('why'), kind: 'text' },
      { title: say('who'), kind: 'text' },
    ],
    rows: items.map((row) => ({
      key: String(row.party.id),
      party: row.party.id,
      cells: [
        row.party.name,
        row.value_minor,
        row.p_alive,
        row.lateness,
        row.at_risk_minor,
        why(row),
        row.owner?.name ?? '',
      ],
    })),
  }
  return (
    <Card
      name="risk"
      title={
        none || items.length === 0
          ? say('risk_none_finding')
          : say('risk_finding', { n: items.length, share: as.share(data.share_of_items) })
      }
      sub={
        data.basis === null
          ? ''
          : say(`risk_sub_${of_contracts ? 'contracts' : data.basis}`, {
              sum: as.brief(data.at_risk_minor, currency),
            })
      }
      define={say('define.at_risk')}
      span={8}
      as_of={data.as_of}
      sheet={sheet}
      more={
        <Go to="/value/customers" search={{ ...lookingBack(filter), sort: '-at_risk_minor' }}>
          {say('all_of_them')}
        </Go>
      }
      {...(none ? { none: say('few_card') } : {})}
    >
      <List data={data} why={why} />
    </Card>
  )
}

const lookingBack = ({ unit_id, owner_id, ...rest }: PictureProps['filter']) => ({
  ...rest,
  unit: unit_id === undefined ? undefined : String(unit_id),
  owner: owner_id === undefined ? undefined : String(owner_id),
})

function List({ data, why }: { data: Risk; why: (row: ValueRow) => string }) {
  const say = useSay(text)
  const as = useFormats()
  const narrow = useNarrow()
  const { currency, items } = data
  const most = Math.max(1, ...items.map((row) => row.at_risk_minor ?? 0))
  const lateness = data.basis === 'lateness'
  const columns: PlainColumn<ValueRow>[] = [
    { key: 'name', title: say('customer'), width: narrow ? 96 : 150, cell: (row) => <NameOf row={row} /> },
    {
      key: 'value',
      title: say('value'),
      width: 78,
      align: 'end',
      cell: (row) => as.brief(row.value_minor, currency),
    },
    {
      key: 'alive',
      title: say(lateness ? 'lateness' : 'p_alive'),
      width: 76,
      align: 'end',
      cell: (row) => as.chance(lateness ? row.lateness : row.p_alive),
    },
    {
      key: 'risk',
      title: `${say('at_risk')} ↓`,
      width: 140,
      cell: (row) => (
        <span className="vrk">
          <span className="num">{as.brief(row.at_risk_minor, currency)}</span>
          <b style={{ width: `${((row.at_risk_minor ?? 0) / most) * 100}%` }} />
        </span>
      ),
    },
    {
      key: 'why',
      title: say('why'),
      ...(narrow ? { width: 260 } : {}),
      cell: (row) => (
        <Go to={`/customers/${row.party.id}`} search={{ see: 'value' }} className="ev" title={why(row)}>
          {why(row) || '—'}
        </Go>
      ),
    },
    {
      key: 'who',
      title: say('who'),
      width: 96,
      cell: (row) => row.owner?.name ?? <span className="mut">{say('ownerless')}</span>,
    },
  ]
  return (
    <Scroll className="vlist" label={say('at_risk')}>
      <PlainTable label={say('at_risk')} columns={columns} rows={items} keyOf={(row) => row.party.id} />
    </Scroll>
  )
}

export function NameOf({ row }: { row: ValueRow }) {
  const say = useText(text)
  return (
    <span className="vname">
      <Go to={`/customers/${row.party.id}`} className="lnk cut">
        {row.party.name}
      </Go>
      {row.overdue && (
        <span className="vdot" title={say('overdue')}>
          <span className="vhide">{say('overdue')}</span>
        </span>
      )}
    </span>
  )
}
