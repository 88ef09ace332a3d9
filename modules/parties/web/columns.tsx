import { useMemo } from 'react'
import {
  type Column,
  Count,
  Go,
  Tag,
  useCompany,
  useCurrencySign,
  useJoin,
  useLocale,
  useText,
  When,
} from '../../../apps/web/ui/index.ts'
import { exponentOf } from '../../../kernel/text.ts'
import type { PartyRow } from '../contract.ts'
import { Revenue } from './Revenue.tsx'
import { text } from './text.ts'
import { useValueColumns } from './valueColumns.tsx'

export const pathOf = (id: number): string => `/customers/${id}`

export function Name({ party }: { party: PartyRow }) {
  const say = useText(text)
  return (
    <span className="nm2">
      <Go to={pathOf(party.id)} className="z">
        {party.name}
      </Go>
      {party.value?.overdue && (
        <span className="vdot" title={say('overdue_hint')}>
          <span className="vhide">{say('overdue')}</span>
        </span>
      )}
      {party.name_romanised && <span className="l">{party.name_romanised}</span>}
    </span>
  )
}

export function useRegionName(): (code: string | null) => string {
  const locale = useLocale()
  const names = useMemo(() => new Intl.DisplayNames(locale, { type: 'region', style: 'short' }), [locale])
  return (code) => (code ? (names.of(code) ?? code) : '')
}

const dash = <span className="mut">—</span>

export function useColumns(): readonly Column<PartyRow>[] {
  const say = useText(text)
  const join = useJoin()
  const region = useRegionName()
  const sign = useCurrencySign()
  const english = useLocale() === 'en'
  const { base_currency } = useCompany()
  const value = useValueColumns(sign(base_currency), exponentOf(base_currency))
  // biome-ignore lint/correctness/useExhaustiveDependencies: the functions change with the language, as say does
  return useMemo(
    () => [
      {
        key: 'name',
        title: say('name'),
        min: 228,
        grow: 2,
        sort: 'name',
        cell: (row) => <Name party={row} />,
      },
      {
        key: 'roles',
        title: say('roles'),
        width: english ? 128 : 108,
        cell: (row) => (row.roles.length > 0 ? join(row.roles.map((role) => say(role))) : dash),
      },
      {
        key: 'owner',
        title: say('owner'),
        width: 92,
        cell: (row) => row.owner?.name ?? <span className="mut">{say('ownerless')}</span>,
      },
      { key: 'unit', title: say('unit'), width: 100, cell: (row) => row.unit.name },
      { key: 'country', title: say('country'), width: 76, cell: (row) => region(row.country) || dash },
      {
        key: 'revenue',
        title: say('revenue'),
        unit: sign(base_currency),
        hint: say('revenue_hint'),
        width: 112,
        align: 'end',
        sort: 'revenue_minor',
        first: 'down',
        cell: (row) => <Revenue of={row} bare />,
      },
      {
        key: 'orders',
        title: say('orders'),
        width: 68,
        align: 'end',
        sort: 'order_count',
        first: 'down',
        cell: (row) => (row.order_count > 0 ? <Count value={row.order_count} /> : dash),
      },
      {
        key: 'last',
        title: say('last_order'),
        width: 100,
        align: 'end',
        sort: 'last_order_at',
        first: 'down',
        cell: (row) => <When at={row.last_order_at} />,
      },
      ...value,
      {
        key: 'tags',
        title: say('tags'),
        min: 110,
        cell: (row) => (
          <span className="taglist">
            {row.tags.map((tag) => (
              <Tag key={tag}>{tag}</Tag>
            ))}
          </span>
        ),
      },
    ],
    [say, base_currency, value.length],
  )
}

/** The same row in two lines, for a phone. */
export function NarrowRow({ row }: { row: PartyRow }) {
  const say = useText(text)
  const join = useJoin()
  return (
    <>
      <div className="l1">
        <span className="cut">{row.name}</span>
        <span className="r">
          <Revenue of={row} />
        </span>
      </div>
      <div className="l2">
        <span className="cut">
          {join([...row.roles.map((role) => say(role)), row.owner?.name ?? say('ownerless')])}
        </span>
        <span className="r mut">
          <When at={row.last_order_at} />
        </span>
      </div>
    </>
  )
}
