import { useMutation } from '@tanstack/react-query'
import Input from 'antd/es/input'
import { useState } from 'react'
import { useText, useToast } from '../../../apps/web/ui/index.ts'
import { Ask } from '../../access/web/admin/parts.tsx'
import { poolApi } from './poolApi.ts'
import { text } from './text.ts'

type ReturnProps = { party: { id: number; name: string }; onClose: () => void; onDone: () => void }

/** Back to the pool, with why: the next owner reads it. */
export function ReturnDialog({ party, onClose, onDone }: ReturnProps) {
  const say = useText(text)
  const toast = useToast()
  const [reason, setReason] = useState('')
  const save = useMutation({
    mutationFn: () => poolApi.giveBack({ params: { id: party.id }, body: { reason: reason.trim() } }),
    onSuccess: () => {
      toast.ok(say('returned'))
      onDone()
    },
  })
  return (
    <Ask
      title={say('return_title', { name: party.name })}
      ok={say('return')}
      busy={save.isPending}
      waits={!reason.trim()}
      error={save.error}
      onOk={() => save.mutate()}
      onClose={onClose}
    >
      <Input
        autoFocus
        value={reason}
        maxLength={500}
        aria-label={say('return_why')}
        placeholder={say('return_why')}
        onChange={({ target }) => setReason(target.value)}
        onPressEnter={() => reason.trim() && save.mutate()}
      />
    </Ask>
  )
}
