import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { useState } from 'react'
import { problemOf, useCan, useCompany } from '../../../apps/web/ui/index.ts'
import { isOver, useRun } from '../../jobs/web/run.ts'
import { orderApi } from './orderApi.ts'
import { useSay } from './say.ts'
import { text } from './text.ts'
import './orders.css'

// Before any order there is: the one rate one knows is better than none; dated ones can follow.
const LONG_AGO = '2000-01-01'

type RateFormProps = { currency: string; from?: string | undefined; onDone?: (() => void) | undefined }
/** Without a rate an order in another currency is in nobody's revenue: here it is set where that is told. */
export function RateForm({ currency, from = LONG_AGO, onDone }: RateFormProps) {
  const say = useSay(text)
  const can = useCan()
  const queries = useQueryClient()
  const { base_currency } = useCompany()
  const [typed, setTyped] = useState('')
  const [day, setDay] = useState(from)
  const known = useQuery(orderApi.rates.query({ query: { currency, limit: 1 } })).data?.items[0]
  const rate = Number(typed.trim().replace(',', '.'))
  const set = useMutation({
    mutationFn: () => orderApi.setRate({ body: { currency, day, rate } }),
    onSuccess: () => onDone?.(),
  })
  const run = useRun(set.data?.run_id ?? null, () => {
    for (const module of ['parties', 'orders']) void queries.invalidateQueries({ queryKey: [module] })
  })
  if (!can('settings:write')) return <p className="mut s12">{say('rate_ask')}</p>
  if (set.data)
    return (
      <p className="okc s12" role="status">
        {say('rate_set', { currency, rate: String(set.data.rate), base: base_currency })}{' '}
        {set.data.orders > 0 &&
          say(run && isOver(run) ? 'rate_orders' : 'rate_valuing', { n: set.data.orders })}
      </p>
    )
  const problem = set.error && (problemOf(set.error)?.detail || set.error.message)
  return (
    <form
      className="rate"
      aria-label={say('rate_for', { currency })}
      onSubmit={(event) => {
        event.preventDefault()
        if (rate > 0) set.mutate()
      }}
    >
      {known && (
        <span className="okc">
          {say('rate_known', { currency, rate: String(known.rate), base: base_currency, day: known.day })}
        </span>
      )}
      <label>
        1 {currency} =
        <input
          className="wr"
          inputMode="decimal"
          value={typed}
          maxLength={20}
          aria-label={say('rate_value', { currency, base: base_currency })}
          onChange={(event) => setTyped(event.target.value)}
        />
        {base_currency}
      </label>
      <label>
        {say('rate_from')}
        <input
          className="wr"
          type="date"
          value={day}
          required
          aria-label={say('rate_from')}
          onChange={(event) => setDay(event.target.value)}
        />
      </label>
      <Button size="small" htmlType="submit" loading={set.isPending} disabled={!(rate > 0)}>
        {say('rate_do')}
      </Button>
      {problem && (
        <span className="seal s12" role="alert">
          {problem}
        </span>
      )}
    </form>
  )
}
