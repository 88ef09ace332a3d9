import { useQuery } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { useId } from 'react'
import { useText, useToast } from '../index.ts'
import { text } from './inplace.text.ts'

/** Who last did what to it, as far as one may hear of it. */
export type LastDone = { by: string | undefined; what: 'removed' | 'done' | 'changed' }
export type AskLast = () => Promise<LastDone | undefined>

/** Asked only when something was written over, or went. */
export function useLast(ask: AskLast | undefined, when: string | false): LastDone | undefined {
  const form = useId()
  const { data } = useQuery({
    queryKey: ['last', form, when],
    queryFn: async () => (await ask?.().catch(() => undefined)) ?? null,
    enabled: ask !== undefined && when !== false,
    staleTime: 0,
    gcTime: 0,
  })
  return data ?? undefined
}

type GoneProps = {
  last: LastDone | undefined
  /** what was written, to be put elsewhere */
  written: () => string
  busy: boolean
  onAnew: () => void
  onLeave: () => void
}
/** It went while one wrote in it: the words stay until one says what becomes of them. */
export function Gone({ last, written, busy, onAnew, onLeave }: GoneProps) {
  const say = useText(text)
  const toast = useToast()
  const copy = () =>
    // Away from localhost plain HTTP has no clipboard; the words still stand in their fields.
    (navigator.clipboard?.writeText(written()) ?? Promise.reject()).then(
      () => toast.ok(say('copied')),
      () => toast.error(say('copy_by_hand')),
    )
  const what = last?.what ?? 'removed'
  return (
    <div className="clash wide" role="alert">
      <p>{last?.by ? say(`gone_${what}_by`, { name: last.by }) : say(`gone_${what}`)}</p>
      <p>{say('gone_kept')}</p>
      <div className="row gonedo">
        <Button size="small" type="primary" loading={busy} onClick={onAnew}>
          {say('save_anew')}
        </Button>
        <Button size="small" onClick={() => void copy()}>
          {say('copy')}
        </Button>
        <Button size="small" onClick={onLeave}>
          {say('discard')}
        </Button>
      </div>
    </div>
  )
}
