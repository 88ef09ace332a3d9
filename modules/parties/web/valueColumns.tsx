import { type Column, Tag, useCan, useLocale, useText, When } from '../../../apps/web/ui/index.ts'
import { formatNumber } from '../../../kernel/text.ts'
import type { PartyRow, PartyValue } from '../contract.ts'
import { text } from './text.ts'

const dash = <span className="mut">—</span>
/** Columns of the list that speak of value; the server joins them only when one of them is shown. */
export const valueKeys = ['value', 'at_risk', 'p_alive', 'overdue', 'next_order', 'class', 'core'] as const
export const VALUE_MAY = 'value:read'

/** What a customer is worth, beside what he has bought; computed by the value engine (modules/value). */
export function useValueColumns(sign: string, exponent: number): readonly Column<PartyRow>[] {
  const say = useText(text)
  const can = useCan()
  const locale = useLocale()
  if (!can(VALUE_MAY)) return []
  const money = (minor: number | null) =>
    minor === null ? dash : formatNumber(Math.round(minor / 10 ** exponent), locale)
  const cell = (show: (value: PartyValue) => React.ReactNode) => (row: PartyRow) =>
    row.value ? show(row.value) : dash
  return [
    {
      key: 'value',
      title: say('value'),
      unit: sign,
      hint: say('value_hint'),
      width: 116,
      align: 'end',
      sort: 'value_minor',
      first: 'down',
      cell: cell((value) => money(value.value_minor)),
    },
    {
      key: 'at_risk',
      title: say('at_risk'),
      unit: sign,
      width: 104,
      align: 'end',
      sort: 'at_risk_minor',
      first: 'down',
      cell: cell((value) => money(value.at_risk_minor)),
    },
    {
      key: 'p_alive',
      title: say('p_alive'),
      hint: say('p_alive_hint'),
      width: 80,
      align: 'end',
      sort: 'p_alive',
      first: 'up',
      cell: cell(({ p_alive }) =>
        p_alive === null
          ? dash
          : formatNumber(p_alive, locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 }),
      ),
    },
    {
      key: 'overdue',
      title: say('overdue'),
      hint: say('overdue_hint'),
      width: 76,
      sort: 'lateness',
      first: 'down',
      cell: cell((value) => (value.overdue ? <span className="seal">{say('yes')}</span> : dash)),
    },
    {
      key: 'next_order',
      title: say('next_order'),
      width: 104,
      align: 'end',
      cell: cell((value) => <When at={value.next_order_on} />),
    },
    { key: 'class', title: say('class'), width: 88, cell: cell((value) => say(value.class)) },
    {
      key: 'core',
      title: say('core'),
      width: 64,
      cell: cell((value) => (value.core ? <Tag tone="brand">{say('core')}</Tag> : dash)),
    },
  ]
}
