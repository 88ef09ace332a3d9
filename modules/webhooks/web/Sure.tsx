import { useMutation, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import Modal from 'antd/es/modal'
import { useText, useToast } from '../../../apps/web/ui/index.ts'
import { Ask, Once } from '../../access/web/admin/parts.tsx'
import type { Webhook } from '../contract.ts'
import { text } from './text.ts'
import { webhookApi } from './webhookApi.ts'

type SureProps = { what: 'rotate' | 'remove'; row: Webhook; onClose: () => void; onGone: () => void }

export default function Sure({ what, row, onClose, onGone }: SureProps) {
  const say = useText(text)
  const toast = useToast()
  const queries = useQueryClient()
  const params = { id: row.webhook_id }
  const act = useMutation({
    mutationFn: async (): Promise<string | null> => {
      if (what === 'rotate') return (await webhookApi.rotate({ params })).secret
      await webhookApi.remove({ params })
      return null
    },
    onSuccess: (secret) => {
      if (secret) return
      toast.ok(say('removed', { name: row.name }))
      onGone()
      onClose()
    },
    onSettled: () => queries.invalidateQueries({ queryKey: webhookApi.list.key }),
  })
  if (act.data) return <SecretDialog name={row.name} secret={act.data} onClose={onClose} />
  return (
    <Ask
      title={say(`${what}_title`, { name: row.name })}
      ok={say(what)}
      danger={what === 'remove'}
      busy={act.isPending}
      error={act.error}
      onOk={() => act.mutate()}
      onClose={onClose}
    >
      <p>{say(`${what}_text`)}</p>
    </Ask>
  )
}

type SecretProps = { name: string; secret: string; onClose: () => void }
export function SecretDialog({ name, secret, onClose }: SecretProps) {
  const say = useText(text)
  return (
    <Modal
      open
      title={say('secret_title', { name })}
      onCancel={onClose}
      mask={{ closable: false }}
      width={520}
      footer={[
        <Button key="done" onClick={onClose}>
          {say('done')}
        </Button>,
      ]}
    >
      <Once label={say('secret')} value={secret} hint={say('secret_hint')} />
    </Modal>
  )
}
