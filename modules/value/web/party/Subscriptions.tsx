import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { type FormEvent, useState } from 'react'
import { Icon, problemOf, Section, useCan, useCompany } from '../../../../apps/web/ui/index.ts'
import { exponentOf } from '../../../../kernel/text.ts'
import { useSay } from '../../../orders/web/say.ts'
import type { Party } from '../../../parties/contract.ts'
import type { Subscription, SubscriptionWrite } from '../../contract.customer.ts'
import { useFormats } from '../format.ts'
import { text } from '../party.text.ts'
import { valueApi } from '../valueApi.ts'
import { Field, today } from './Field.tsx'

/** Services that renew until they end. */
export function Subscriptions({ party }: { party: Party }) {
  const say = useSay(text)
  const as = useFormats()
  const can = useCan()
  const { base_currency } = useCompany()
  const [editing, setEditing] = useState<Subscription | 'new'>()
  const { data } = useQuery(valueApi.subscriptions.query({ params: { id: party.id } }))
  const may = can('value:write')
  if (data?.items.length === 0 && !may) return null
  return (
    <Section
      title={say('subscriptions')}
      more={
        may &&
        editing === undefined && (
          <button type="button" className="lnk" onClick={() => setEditing('new')}>
            {say('add_subscription')}
          </button>
        )
      }
    >
      {data?.items.length === 0 && editing === undefined && (
        <p className="mut s13">{say('no_subscriptions')}</p>
      )}
      <ul className="vneeds">
        {data?.items.map((one) => (
          <li key={one.id}>
            {editing !== 'new' && editing?.id === one.id ? (
              <SubscriptionForm party={party} subscription={one} onClose={() => setEditing(undefined)} />
            ) : (
              <>
                <div className="row">
                  <span className="b cut">{one.name}</span>
                  <span className="sp num">{as.money(one.value_minor, base_currency)}</span>
                  {may && (
                    <button
                      type="button"
                      className="ib xs"
                      aria-label={say('edit', { name: one.name })}
                      onClick={() => setEditing(one)}
                    >
                      <Icon name="pencil" />
                    </button>
                  )}
                </div>
                <p className="s12 sec">
                  {say('sub_line', {
                    amount: as.money(one.amount_minor, one.currency),
                    months: one.period_months,
                    n: one.renewals,
                  })}{' '}
                  ·{' '}
                  {one.ended_on
                    ? say('sub_ended', { day: as.day(one.ended_on) })
                    : one.next_renewal_on && say('sub_next', { day: as.day(one.next_renewal_on) })}
                </p>
              </>
            )}
          </li>
        ))}
      </ul>
      {editing === 'new' && <SubscriptionForm party={party} onClose={() => setEditing(undefined)} />}
    </Section>
  )
}

type FormProps = { party: Party; subscription?: Subscription; onClose: () => void }
function SubscriptionForm({ party, subscription: old, onClose }: FormProps) {
  const say = useSay(text)
  const { base_currency } = useCompany()
  const queries = useQueryClient()
  const currency = old?.currency ?? base_currency
  const scale = 10 ** exponentOf(currency)
  const save = useMutation({
    mutationFn: (body: SubscriptionWrite) =>
      old
        ? valueApi.changeSubscription({
            params: { id: party.id, subscription_id: old.id },
            body,
            if_match: `"${old.version}"`,
          })
        : valueApi.addSubscription({ params: { id: party.id }, body }),
    onSuccess: () => {
      for (const key of [valueApi.subscriptions.key, valueApi.ofParty.key, valueApi.contracts.key])
        void queries.invalidateQueries({ queryKey: key })
      onClose()
    },
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const of = (name: string) => String(form.get(name) ?? '').trim()
    save.mutate({
      name: of('name'),
      started_on: of('started_on'),
      period_months: Number(of('period_months')),
      amount_minor: Math.round(Number(of('amount')) * scale),
      currency,
      ended_on: of('ended_on') || null,
    })
  }
  const problem = save.error && (problemOf(save.error)?.detail || save.error.message)
  return (
    <form className="vmini" onSubmit={submit} aria-label={say('add_subscription')}>
      <Field name="name" label={say('name')} value={old?.name} required wide />
      <Field
        name="started_on"
        label={say('started')}
        type="date"
        value={old?.started_on ?? today()}
        required
      />
      <Field
        name="period_months"
        label={say('months')}
        type="number"
        max={60}
        value={old?.period_months ?? 12}
        required
      />
      <Field
        name="amount"
        label={`${say('amount')} ${currency}`}
        type="number"
        value={old ? old.amount_minor / scale : undefined}
        required
      />
      <Field name="ended_on" label={say('ended')} type="date" value={old?.ended_on ?? undefined} />
      {problem && (
        <p className="seal s12 wide" role="alert">
          {problem}
        </p>
      )}
      <div className="row wide">
        <Button size="small" type="primary" htmlType="submit" loading={save.isPending}>
          {say('save')}
        </Button>
        <Button size="small" onClick={onClose}>
          {say('cancel')}
        </Button>
      </div>
    </form>
  )
}
