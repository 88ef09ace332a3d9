import { useMutation, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { problemOf, useCan, useCompany, useEvents } from '../../../apps/web/ui/index.ts'
import { accessApi, loadSession } from '../../access/web/session.ts'
import { isJobEvent, isOver } from '../../jobs/web/run.ts'
import { useSay } from './say.ts'
import { text } from './text.ts'

type CountInProps = { currency: string; onDone?: (() => void) | undefined }

/** Another base currency, chosen where it is told that the present one leaves orders without a value. */
export function CountIn({ currency, onDone }: CountInProps) {
  const say = useSay(text)
  const can = useCan()
  const queries = useQueryClient()
  const { base_currency } = useCompany()
  const fresh = () => {
    for (const module of ['parties', 'orders']) void queries.invalidateQueries({ queryKey: [module] })
  }
  const choose = useMutation({
    mutationFn: () => accessApi.patchSettings({ body: { base_currency: currency } }),
    onSuccess: async () => {
      await loadSession()
      fresh()
      onDone?.()
    },
  })
  useEvents('job', (data) => {
    if (isJobEvent(data) && data.job === 'orders.revalue' && isOver(data)) fresh()
  })
  if (!can('settings:write')) return null
  if (choose.data)
    return (
      <p className="okc s12" role="status">
        {say('base_chosen', { currency })}
      </p>
    )
  const problem = choose.error && (problemOf(choose.error)?.detail || choose.error.message)
  return (
    <p className="rate">
      <Button size="small" loading={choose.isPending} onClick={() => choose.mutate()}>
        {say(currency === base_currency ? 'base_keep' : 'base_choose', { currency })}
      </Button>
      {problem && (
        <span className="seal s12" role="alert">
          {problem}
        </span>
      )}
    </p>
  )
}
