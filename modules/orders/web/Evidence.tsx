import { useQuery } from '@tanstack/react-query'
import Modal from 'antd/es/modal'
import type { ReactNode } from 'react'
import {
  Count,
  Fault,
  KeyValues,
  Money,
  Peek,
  type PlainColumn,
  PlainTable,
  Section,
  Tag,
  useKeys,
  useLocale,
  useNarrow,
  When,
} from '../../../apps/web/ui/index.ts'
import type { PartyPartProps } from '../../parties/web/part.ts'
import type { Order, Purchases } from '../contract.ts'
import { dayOf, daysOf } from './format.ts'
import { gapsOf } from './gaps.ts'
import { Lines } from './Lines.tsx'
import { orderApi } from './orderApi.ts'
import { useSay } from './say.ts'
import { text } from './text.ts'

export const isEvidence = (what: string): boolean => /^(year|revenue|rhythm|order-\d+)$/.test(what)
const ORDERS_KEPT = 400

/** What a figure is made of, beside the page; on a phone over it. */
export function Evidence({ party, see, what }: PartyPartProps & { what: string }) {
  const close = () => see(undefined)
  const order = /^order-(\d+)$/.exec(what)
  if (order) return <OrderPanel id={Number(order[1])} onClose={close} />
  return <Purchased id={party.id} what={what} see={see} onClose={close} />
}

type BesideProps = { title: string; note?: ReactNode; onClose: () => void; children: ReactNode }
function Beside({ title, note, onClose, children }: BesideProps) {
  const narrow = useNarrow()
  // The peek's foot promises it.
  useKeys([{ keys: 'Space', run: onClose }], !narrow)
  if (!narrow)
    return (
      <Peek title={title} note={note} onClose={onClose}>
        {children}
      </Peek>
    )
  return (
    <Modal open title={title} footer={null} onCancel={onClose}>
      {note}
      {children}
    </Modal>
  )
}

type PanelProps = { id: number; what: string; see: PartyPartProps['see']; onClose: () => void }
function Purchased({ id, what, see, onClose }: PanelProps) {
  const say = useSay(text)
  const locale = useLocale()
  const { data, error, refetch } = useQuery(orderApi.purchases.query({ params: { id } }))
  if (!data)
    return (
      <Beside title={say('orders')} onClose={onClose}>
        {error && <Fault error={error} onRetry={refetch} />}
      </Beside>
    )
  if (what === 'rhythm' && data.rhythm)
    return (
      <Beside title={say('rhythm_title', { n: daysOf(data.rhythm.median_days, locale) })} onClose={onClose}>
        <RhythmFacts data={data} rhythm={data.rhythm} />
      </Beside>
    )
  if (what === 'year')
    return (
      <Beside title={say('year_title', { n: data.last_12_months.order_count })} onClose={onClose}>
        <YearFacts data={data} see={see} />
      </Beside>
    )
  return (
    <Beside title={say('all_title')} onClose={onClose}>
      <Section title={say('all_note')}>
        <Months data={data} />
      </Section>
    </Beside>
  )
}

/** Every month with its orders and revenue; the last line is the figure itself. */
export function Months({ data }: { data: Purchases }) {
  const say = useSay(text)
  const columns: PlainColumn<Purchases['months'][number]>[] = [
    { key: 'month', title: say('month'), cell: (row) => row.month },
    {
      key: 'count',
      title: say('count'),
      width: 72,
      align: 'end',
      cell: (row) =>
        row.order_count > 0 ? <Count value={row.order_count} /> : <span className="mut">—</span>,
    },
    {
      key: 'revenue',
      title: say('revenue'),
      width: 132,
      align: 'end',
      cell: (row) =>
        row.revenue_minor === 0 && (row.order_count === 0 || data.unrated_count > 0) ? (
          <span className="mut">—</span>
        ) : (
          <Money minor={row.revenue_minor} currency={data.currency} />
        ),
    },
  ]
  return (
    <PlainTable
      label={say('all_title')}
      columns={columns}
      rows={data.months.toReversed()}
      keyOf={(row) => row.month}
      compact
      foot={
        <tr className="b">
          <td>{say('sum')}</td>
          <td className="num">
            <Count value={data.order_count} />
          </td>
          <td className="num">
            <Money minor={data.unrated_count > 0 ? null : data.revenue_minor} currency={data.currency} />
          </td>
        </tr>
      }
    />
  )
}

function YearFacts({ data, see }: { data: Purchases; see: PartyPartProps['see'] }) {
  const say = useSay(text)
  const from = new Date()
  from.setUTCFullYear(from.getUTCFullYear() - 1)
  const rows = data.orders.filter((order) => order.at >= from.toISOString()).toReversed()
  const columns: PlainColumn<Purchases['orders'][number]>[] = [
    {
      key: 'at',
      title: say('ordered_at'),
      cell: (row) => (
        <button type="button" className="ev" onClick={() => see(`order-${row.id}`)}>
          <When at={row.at} />
        </button>
      ),
    },
    { key: 'kind', title: say('about'), width: 96, cell: (row) => say(`order.${row.kind}`) },
    {
      key: 'amount',
      title: say('amount'),
      width: 124,
      align: 'end',
      cell: (row) => <Money minor={row.amount_minor} currency={data.currency} />,
    },
  ]
  return (
    <Section title={say('year_note')}>
      <PlainTable
        label={say('year')}
        columns={columns}
        rows={rows}
        keyOf={(row) => row.id}
        compact
        foot={
          <tr className="b">
            <td colSpan={2}>{say('sum')}</td>
            <td className="num">
              <Money
                minor={data.unrated_count > 0 ? null : data.last_12_months.revenue_minor}
                currency={data.currency}
              />
            </td>
          </tr>
        }
      />
      {rows.length === ORDERS_KEPT && <p className="mut s12">{say('cut_note')}</p>}
    </Section>
  )
}

type RhythmFacts = { data: Purchases; rhythm: NonNullable<Purchases['rhythm']> }
function RhythmFacts({ data, rhythm }: RhythmFacts) {
  const say = useSay(text)
  const locale = useLocale()
  const days = (n: number | null) => (n === null ? null : say('days', { n: daysOf(n, locale) }))
  const gaps = gapsOf(data.orders).toReversed()
  return (
    <>
      <Section title={say('rhythm')}>
        <KeyValues
          items={[
            [say('quarter'), days(rhythm.p25_days)],
            [say('middle'), days(rhythm.median_days)],
            [say('three_quarters'), days(rhythm.p75_days)],
            [say('gaps'), <Count key="gaps" value={rhythm.gaps} />],
            [say('next'), `${dayOf(rhythm.expected_from, locale)} – ${dayOf(rhythm.expected_to, locale)}`],
            [say('since_last'), days(data.silent_days)],
          ]}
        />
      </Section>
      <Section title={say('definition')}>
        <p className="s12 sec">{say('defined')}</p>
      </Section>
      <Section title={say('gap_list')}>
        <PlainTable
          label={say('gap_list')}
          columns={[
            { key: 'day', title: say('ordered_at'), cell: (gap) => dayOf(gap.day, locale) },
            {
              key: 'days',
              title: say('row_gap'),
              width: 96,
              align: 'end',
              cell: (gap) => <Count value={gap.days} />,
            },
          ]}
          rows={gaps}
          keyOf={(gap) => gap.day}
          compact
        />
      </Section>
    </>
  )
}

function OrderPanel({ id, onClose }: { id: number; onClose: () => void }) {
  const say = useSay(text)
  const { data, error, refetch } = useQuery(orderApi.get.query({ params: { id } }))
  if (!data)
    return (
      <Beside title={say('about')} onClose={onClose}>
        {error && <Fault error={error} onRetry={refetch} />}
      </Beside>
    )
  return (
    <Beside
      title={`${say(`order.${data.kind}`)} #${data.number}`}
      note={
        <>
          {data.kind !== 'order' && <Tag tone="warn">{say(`order.${data.kind}`)}</Tag>}
          <When at={data.ordered_at} time full />
        </>
      }
      onClose={onClose}
    >
      <Section title={say('all_of_it')} more={<Money minor={data.amount_minor} currency={data.currency} />}>
        <Lines order={data} brief />
      </Section>
      <About order={data} />
      <OrderChanges id={id} />
    </Beside>
  )
}

function About({ order }: { order: Order }) {
  const say = useSay(text)
  const foreign = order.currency !== order.base_currency
  const items: [string, ReactNode][] = [
    [say('source'), order.source],
    [say('channel'), order.channel || null],
    [say('store'), order.store || null],
  ]
  if (foreign)
    items.push([
      say('in_base'),
      order.base_minor === null ? (
        say('no_rate')
      ) : (
        <Money key="base" minor={order.base_minor} currency={order.base_currency} />
      ),
    ])
  return (
    <Section title={say('about')}>
      <KeyValues items={items} />
    </Section>
  )
}

const isKnown = (action: string): action is 'orders.created' | 'orders.updated' | 'orders.imported' =>
  ['orders.created', 'orders.updated', 'orders.imported'].includes(action)

function OrderChanges({ id }: { id: number }) {
  const say = useSay(text)
  const { data } = useQuery(orderApi.history.query({ params: { id } }))
  if (!data || data.items.length === 0) return null
  return (
    <Section title={say('history')}>
      <ul className="ohist">
        {data.items.map((item) => (
          <li key={item.audit_id}>
            <span>{isKnown(item.action) ? say(`action.${item.action}`) : item.action}</span>
            <span className="mut">{item.actor.name ?? ''}</span>
            <span className="sp mut">
              <When at={item.at} time />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  )
}
