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
import { InRow } from '../../presence/web/rows.tsx'
import { type PartyRow, sorts, valueSorts } from '../contract.ts'
import { useCustomColumns } from './fields/useCustomColumns.tsx'
import { Revenue } from './Revenue.tsx'
import { text } from './text.ts'
import { useCustomFields } from './useCustomFields.ts'
import { useValueColumns } from './valueColumns.tsx'

export const pathOf = (id: number): string => `/customers/${id}`

export function Name({ party }: { party: PartyRow }) {
  const say = useText(text)
  return (
    <span className="nm2">
      <Go to={pathOf(party.id)} className="z">
        {party.name}
      </Go>
      <InRow id={party.id} />
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

/** The house's columns and the company's own, each saying whether its order has an index. */
export function useColumns(): readonly Column<PartyRow>[] {
  const house = useHouseColumns()
  const own = useCustomColumns()
  const fields = useCustomFields()
  return useMemo(() => {
    const fast = new Set<string>([
      ...[...sorts, ...valueSorts],
      ...fields.flatMap(({ key, slot, kind }) =>
        slot === 'on' && kind !== 'choice' ? [`fields.${key}`] : [],
      ),
    ])
    return [...house, ...own].map((column) =>
      column.sort && !fast.has(column.sort) ? { ...column, slow: true } : column,
    )
  }, [house, own, fields])
}

function useHouseColumns(): readonly Column<PartyRow>[] {
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
        sort: 'roles',
        cell: (row) => (row.roles.length > 0 ? join(row.roles.map((role) => say(role))) : dash),
      },
      {
        key: 'owner',
        title: say('owner'),
        width: 92,
        sort: 'owner',
        cell: (row) => row.owner?.name ?? <span className="mut">{say('ownerless')}</span>,
      },
      { key: 'unit', title: say('unit'), width: 100, sort: 'unit', cell: (row) => row.unit.name },
      {
        key: 'country',
        title: say('country'),
        width: english ? 96 : 88,
        sort: 'country',
        cell: (row) => region(row.country) || dash,
      },
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
      { key: 'kind', title: say('kind'), width: 100, sort: 'kind', cell: (row) => say(row.kind) },
      {
        key: 'first',
        title: say('first_order'),
        width: 100,
        align: 'end',
        sort: 'first_order_at',
        first: 'down',
        cell: (row) => <When at={row.first_order_at} />,
      },
      {
        key: 'created',
        title: say('created_at'),
        width: 100,
        align: 'end',
        sort: 'created_at',
        first: 'down',
        cell: (row) => <When at={row.created_at} />,
      },
      {
        key: 'tags',
        title: say('tags'),
        min: 110,
        sort: 'tags',
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
