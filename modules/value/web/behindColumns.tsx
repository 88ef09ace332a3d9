import { useMemo } from 'react'
import { type Column, Count, Tag, useCompany, useCurrencySign, When } from '../../../apps/web/ui/index.ts'
import { useSay } from '../../orders/web/say.ts'
import type { ValueRow } from '../contract.shapes.ts'
import { text } from './behind.text.ts'
import { useFormats } from './format.ts'
import { NameOf } from './pictures/RiskCard.tsx'
import { text as pageText } from './text.ts'

const dash = <span className="mut">—</span>

export function useColumns(currency: string): readonly Column<ValueRow>[] {
  const say = useSay(text)
  const word = useSay(pageText)
  const as = useFormats()
  const sign = useCurrencySign()
  // biome-ignore lint/correctness/useExhaustiveDependencies: the sign changes with the language, as say does
  return useMemo(() => {
    const money = (key: string, pick: (row: ValueRow) => number | null, sort?: string): Column<ValueRow> => ({
      key,
      title: say(key as 'value'),
      unit: sign(currency),
      width: key === 'value' ? 124 : 104,
      align: 'end',
      ...(sort ? { sort, first: 'down' } : {}),
      cell: (row) => as.money(pick(row), currency).replace(/^(−?)\D+/, '$1') || dash,
    })
    return [
      { key: 'name', title: say('name'), min: 190, grow: 2, cell: (row) => <NameOf row={row} /> },
      money('value', (row) => row.value_minor, 'value_minor'),
      {
        key: 'p_alive',
        title: say('p_alive'),
        hint: say('p_alive_hint'),
        width: 84,
        align: 'end',
        sort: 'p_alive',
        first: 'up',
        cell: (row) => as.chance(row.p_alive),
      },
      money('at_risk', (row) => row.at_risk_minor, 'at_risk_minor'),
      {
        key: 'overdue',
        title: say('overdue'),
        width: 76,
        cell: (row) => (row.overdue ? <span className="seal">{say('yes')}</span> : dash),
      },
      {
        key: 'lateness',
        title: say('lateness'),
        hint: say('lateness_hint'),
        width: 84,
        align: 'end',
        sort: 'lateness',
        first: 'down',
        cell: (row) => as.chance(row.lateness),
      },
      {
        key: 'silent',
        title: say('silent'),
        width: 92,
        align: 'end',
        cell: (row) => as.count(row.silent_days),
      },
      {
        key: 'usual',
        title: say('usual'),
        width: 92,
        align: 'end',
        cell: (row) => as.number(row.usual_days, 0),
      },
      {
        key: 'next',
        title: say('next'),
        width: 104,
        align: 'end',
        cell: (row) => <When at={row.next_order_on} />,
      },
      { key: 'class', title: say('class'), width: 92, cell: (row) => word(`class.${row.class}`) },
      { key: 'abc', title: say('abc'), width: 56, cell: (row) => row.abc ?? dash },
      {
        key: 'core',
        title: say('core'),
        width: 66,
        cell: (row) => (row.core ? <Tag tone="brand">{say('core')}</Tag> : dash),
      },
      {
        key: 'segment',
        title: say('segment'),
        width: 130,
        cell: (row) => (row.rfm ? word(`rfm.${row.rfm.segment}`) : dash),
      },
      money('revenue', (row) => row.revenue_minor, 'revenue_minor'),
      {
        key: 'purchases',
        title: say('purchases'),
        width: 84,
        align: 'end',
        cell: (row) => <Count value={row.purchases} />,
      },
      {
        key: 'last',
        title: say('last'),
        width: 100,
        align: 'end',
        sort: 'last_on',
        first: 'down',
        cell: (row) => <When at={row.last_on} />,
      },
      money('change', (row) => row.change_minor, 'change_minor'),
      {
        key: 'owner',
        title: say('owner'),
        width: 92,
        cell: (row) => row.owner?.name ?? <span className="mut">{say('ownerless')}</span>,
      },
    ]
  }, [say, word, as, currency])
}

export function NarrowRow({ row }: { row: ValueRow }) {
  const say = useSay(text)
  const word = useSay(pageText)
  const as = useFormats()
  const { base_currency } = useCompany()
  return (
    <>
      <div className="l1">
        <span className="cut">{row.party.name}</span>
        <span className="r">{as.brief(row.value_minor, base_currency)}</span>
      </div>
      <div className="l2">
        <span className="cut">
          {[
            word(`class.${row.class}`),
            ...(row.core ? [say('core')] : []),
            row.owner?.name ?? say('ownerless'),
          ].join(' · ')}
        </span>
        {row.overdue && <span className="r seal">{say('overdue')}</span>}
      </div>
    </>
  )
}
