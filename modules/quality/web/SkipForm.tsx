import Button from 'antd/es/button'
import { useState } from 'react'
import { Choice, useText, useToast } from '../../../apps/web/ui/index.ts'
import { useWhy } from '../../parties/web/usePartyWrite.ts'
import { qualityApi } from './qualityApi.ts'
import { text } from './text.ts'

const spans = { '30': 'skip_30', '90': 'skip_90', '0': 'skip_always' } as const
type Span = keyof typeof spans

/** Put aside, with a reason that is remembered. */
export function SkipForm(props: { id: number; code: string; onDone: () => void; onClose: () => void }) {
  const { id, code, onDone, onClose } = props
  const say = useText(text)
  const toast = useToast()
  const why = useWhy()
  const [reason, setReason] = useState('')
  const [span, setSpan] = useState<Span>('90')
  const save = async () => {
    try {
      const days = Number(span)
      await qualityApi.skip({
        params: { id },
        body: { code, reason: reason.trim(), ...(days ? { days } : {}) },
      })
      onDone()
    } catch (error) {
      toast.error(say('not_saved', { why: why(error) }))
    }
  }
  return (
    <form
      className="qform"
      aria-label={say('skip')}
      onSubmit={(event) => {
        event.preventDefault()
        if (reason.trim()) void save()
      }}
      onKeyDown={(event) => event.key === 'Escape' && onClose()}
    >
      <input
        className="inlf"
        // biome-ignore lint/a11y/noAutofocus: the form opens because its button or key was pressed
        autoFocus
        value={reason}
        maxLength={500}
        aria-label={say('skip_why')}
        placeholder={say('skip_why')}
        onChange={(event) => setReason(event.target.value)}
      />
      <Choice
        label={say('skip_for')}
        value={span}
        options={(Object.keys(spans) as Span[]).map((value) => ({ value, label: say(spans[value]) }))}
        onPick={(value) => setSpan(value as Span)}
      >
        <button type="button" className="pick" aria-label={`${say('skip_for')}: ${say(spans[span])}`}>
          {say(spans[span])}
        </button>
      </Choice>
      <Button size="small" type="primary" htmlType="submit" disabled={!reason.trim()}>
        {say('skip')}
      </Button>
      <Button size="small" onClick={onClose}>
        {say('cancel')}
      </Button>
    </form>
  )
}
