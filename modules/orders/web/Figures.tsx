import { useQuery } from '@tanstack/react-query'
import { Count, Figure, Money, useLocale, When } from '../../../apps/web/ui/index.ts'
import type { PartyPartProps } from '../../parties/web/part.ts'
import type { Purchases } from '../contract.ts'
import { daysOf, isLate, useWhole } from './format.ts'
import { orderApi } from './orderApi.ts'
import { useSay } from './say.ts'
import { text } from './text.ts'

const dash = <span className="mut">—</span>

/** The header's figures. Each opens what it is made of. */
export function Figures({ party, see, showKind }: PartyPartProps) {
  const say = useSay(text)
  const { data } = useQuery(orderApi.purchases.query({ params: { id: party.id } }))
  const { order_count, unrated_count, currency } = party
  // Without a rate: in the orders' own currency, if they have one only; no sum is better than a false one.
  const sum = unrated_count === 0 ? party : data?.unrated_count === 0 ? data : null
  const last = data?.orders.findLast(({ kind }) => kind === 'order')
  const whole = useWhole()
  return (
    <>
      <Figure
        label={say('orders')}
        value={
          order_count > 0 ? (
            <button type="button" className="ev" onClick={() => showKind('orders')}>
              <Count value={order_count} />
            </button>
          ) : (
            dash
          )
        }
        note={<First at={party.first_order_at} />}
      />
      <Figure
        label={say('year')}
        value={<Year data={data} onOpen={() => see('year')} />}
        note={<>&nbsp;</>}
      />
      <Figure
        label={say('total')}
        value={
          order_count > 0 ? (
            <button type="button" className="ev" onClick={() => see('revenue')}>
              {sum ? <Money minor={sum.revenue_minor} currency={sum.currency} whole /> : dash}
            </button>
          ) : (
            dash
          )
        }
        note={
          unrated_count > 0 ? (
            <span className="warnc">{say('unrated', { n: unrated_count, base: currency })}</span>
          ) : order_count > 0 ? (
            say('average', { sum: whole(Math.round(party.revenue_minor / order_count), currency) })
          ) : (
            say('net')
          )
        }
      />
      <Rhythm data={data} onOpen={() => see('rhythm')} />
      <Figure
        label={say('last')}
        value={
          last ? (
            <button type="button" className="ev" onClick={() => see(`order-${last.id}`)}>
              <When at={last.at} />
            </button>
          ) : (
            <When at={party.last_order_at} />
          )
        }
        note={last ? <Money minor={last.amount_minor} currency={data?.currency} whole /> : <>&nbsp;</>}
      />
    </>
  )
}

function First({ at }: { at: string | null }) {
  const say = useSay(text)
  if (!at) return <>&nbsp;</>
  const [before, after] = say('first', { day: '\u0000' }).split('\u0000')
  return (
    <>
      {before}
      <When at={at} full />
      {after}
    </>
  )
}

function Year({ data, onOpen }: { data: Purchases | undefined; onOpen: () => void }) {
  const say = useSay(text)
  const whole = useWhole()
  if (!data) return <b className="bone" style={{ width: 88 }} />
  const { order_count, revenue_minor } = data.last_12_months
  if (order_count === 0 && revenue_minor === 0) return <span className="mut none">{say('year_none')}</span>
  return (
    <button type="button" className="ev" onClick={onOpen}>
      {say('year_value', {
        n: order_count,
        sum: data.unrated_count > 0 ? '—' : whole(revenue_minor, data.currency),
      })}
    </button>
  )
}

function Rhythm({ data, onOpen }: { data: Purchases | undefined; onOpen: () => void }) {
  const say = useSay(text)
  const locale = useLocale()
  if (!data) return <Figure label={say('rhythm')} value={<b className="bone w50" />} note={<>&nbsp;</>} />
  const { rhythm, silent_days } = data
  const late = isLate(data)
  const note =
    silent_days === null ? (
      <>&nbsp;</>
    ) : (
      <span className={late ? 'seal' : ''}>
        {say(rhythm ? (late ? 'silent_late' : 'silent_ok') : 'silent_only', { n: silent_days })}
      </span>
    )
  return (
    <Figure
      label={say('rhythm')}
      value={
        rhythm ? (
          <button type="button" className="ev" onClick={onOpen}>
            {say('every', { n: daysOf(rhythm.median_days, locale) })}
          </button>
        ) : (
          <span className="mut none">{data.order_count > 0 ? say('no_rhythm') : '—'}</span>
        )
      }
      note={note}
    />
  )
}
