import { useMutation, useQuery } from '@tanstack/react-query'
import { useCompany } from '../../../../apps/web/ui/index.ts'
import { Field, MiniForm, useFresh } from '../../../../apps/web/ui/inplace/inplace.tsx'
import { exponentOf } from '../../../../kernel/text.ts'
import { useSay } from '../../../orders/web/say.ts'
import type { Party } from '../../../parties/contract.ts'
import type { Subscription } from '../../contract.customer.ts'
import { useFormats } from '../format.ts'
import { text } from '../party.text.ts'
import { valueApi } from '../valueApi.ts'
import { Entries } from './Entries.tsx'
import { today } from './today.ts'

const changes = [valueApi.subscriptions.key, valueApi.ofParty.key, valueApi.contracts.key]

/** Services that renew until they end. */
export function Subscriptions({ party }: { party: Party }) {
  const say = useSay(text)
  const as = useFormats()
  const { base_currency } = useCompany()
  const { data } = useQuery(valueApi.subscriptions.query({ params: { id: party.id } }))
  return (
    <Entries<Subscription>
      title={say('subscriptions')}
      add={say('add_subscription')}
      none={say('no_subscriptions')}
      items={data?.items}
      nameOf={(one) => one.name}
      sum={(one) => as.money(one.value_minor, base_currency)}
      more={(one) => !one.ended_on && <EndToday party={party} subscription={one} />}
      below={(one) => (
        <p className="s12 sec">
          {say('sub_line', {
            amount: as.money(one.amount_minor, one.currency),
            months: one.period_months,
            n: one.renewals,
          })}{' '}
          ·{' '}
          {one.ended_on
            ? say(one.ended_on > today() ? 'sub_ends' : 'sub_ended', { day: as.day(one.ended_on) })
            : one.next_renewal_on && say('sub_next', { day: as.day(one.next_renewal_on) })}
        </p>
      )}
      form={(one, close) => <SubscriptionForm party={party} subscription={one} close={close} />}
      remove={(one) => valueApi.removeSubscription({ params: { id: party.id, subscription_id: one.id } })}
      changes={changes}
      quiet
    />
  )
}

/** Ended, not removed: the renewals that came stay in what the model learns from. */
function EndToday({ party, subscription }: { party: Party; subscription: Subscription }) {
  const say = useSay(text)
  const fresh = useFresh(changes)
  const end = useMutation({
    mutationFn: () =>
      valueApi.changeSubscription({
        params: { id: party.id, subscription_id: subscription.id },
        body: { ended_on: today() },
        if_match: `"${subscription.version}"`,
      }),
    onSuccess: fresh,
  })
  // one that begins later cannot have ended by today: it is changed or removed
  if (subscription.started_on > today()) return null
  return (
    <button
      type="button"
      className="lnk s12"
      aria-label={say('end_name', { name: subscription.name })}
      disabled={end.isPending}
      onClick={() => end.mutate()}
    >
      {say('end_today')}
    </button>
  )
}

type FormProps = { party: Party; subscription: Subscription | undefined; close: () => void }
function SubscriptionForm({ party, subscription: old, close }: FormProps) {
  const say = useSay(text)
  const { base_currency } = useCompany()
  const currency = old?.currency ?? base_currency
  const scale = 10 ** exponentOf(currency)
  return (
    <MiniForm
      label={say('add_subscription')}
      close={close}
      changes={changes}
      save={(of) => {
        const body = {
          name: of('name'),
          started_on: of('started_on'),
          period_months: Number(of('period_months')),
          amount_minor: Math.round(Number(of('amount')) * scale),
          currency,
          ended_on: of('ended_on') || null,
        }
        return old
          ? valueApi.changeSubscription({
              params: { id: party.id, subscription_id: old.id },
              body,
              if_match: `"${old.version}"`,
            })
          : valueApi.addSubscription({ params: { id: party.id }, body })
      }}
    >
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
    </MiniForm>
  )
}
