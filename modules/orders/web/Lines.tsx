import { useQuery } from '@tanstack/react-query'
import './orders.css'
import { Money, type PlainColumn, PlainTable, Tag, useLocale } from '../../../apps/web/ui/index.ts'
import { exponentOf, formatNumber } from '../../../kernel/text.ts'
import type { Order, OrderLine } from '../contract.ts'
import { orderApi } from './orderApi.ts'
import { useSay } from './say.ts'
import { text } from './text.ts'

/** An order's lines, fetched when they are asked for. */
export function LinesOf({ id, number, brief }: { id: number; number: string; brief: boolean }) {
  const say = useSay(text)
  const { data, error, refetch } = useQuery(orderApi.get.query({ params: { id } }))
  if (data) return <Lines order={data} brief={brief} />
  if (error)
    return (
      <p className="s12 mut">
        {say('lines_failed')}
        <button type="button" className="lnk" onClick={() => refetch()}>
          {say('retry')}
        </button>
      </p>
    )
  return (
    <div className="lines" aria-busy="true" title={number}>
      <b className="bone" />
      <b className="bone w50" />
    </div>
  )
}

export function Lines({ order, brief = false }: { order: Order; brief?: boolean }) {
  const say = useSay(text)
  const locale = useLocale()
  const price = (micro: number) => {
    const digits = exponentOf(order.currency)
    return formatNumber(micro / 1e6, locale, {
      minimumFractionDigits: digits,
      maximumFractionDigits: 6,
    })
  }
  const quantity = (line: OrderLine) => formatNumber(line.quantity, locale, { maximumFractionDigits: 4 })
  const name = (line: OrderLine) => line.description || line.product?.name || ''
  const kind = (line: OrderLine) =>
    line.kind !== 'product' && (
      <>
        <Tag>{say(line.kind)}</Tag>{' '}
      </>
    )
  const amount: PlainColumn<OrderLine> = {
    key: 'amount',
    title: say('amount'),
    width: 92,
    align: 'end',
    cell: (line) => <Money minor={line.amount_minor} currency={order.currency} bare />,
  }
  const inTwo: PlainColumn<OrderLine> = {
    key: 'product',
    title: say('product'),
    cell: (line) => (
      <>
        {kind(line)}
        {name(line) || '—'}
        <div className="mut s12">
          {line.product && `${line.product.code} · `}
          {quantity(line)} × {price(line.price_micro)}
        </div>
      </>
    ),
  }
  const inOne: PlainColumn<OrderLine>[] = [
    { key: 'code', title: say('code'), width: 96, cell: (line) => line.product?.code ?? '' },
    {
      key: 'product',
      title: say('product'),
      cell: (line) => (
        <span title={name(line)}>
          {kind(line)}
          {name(line) || <span className="mut">—</span>}
        </span>
      ),
    },
    { key: 'quantity', title: say('quantity'), width: 64, align: 'end', cell: quantity },
    { key: 'price', title: say('price'), width: 92, align: 'end', cell: (line) => price(line.price_micro) },
  ]
  const columns = brief ? [inTwo, amount] : [...inOne, amount]
  return (
    <div className={brief ? 'obrief' : ''}>
      <PlainTable
        label={say('lines_of', { number: order.number })}
        columns={columns}
        rows={order.lines}
        keyOf={(line) => line.line_no}
        compact
        foot={
          <tr>
            <td colSpan={columns.length - 1}>{say('sum')}</td>
            <td className="num b">
              <Money minor={order.amount_minor} currency={order.currency} />
            </td>
          </tr>
        }
      />
    </div>
  )
}
