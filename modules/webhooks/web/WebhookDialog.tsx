import { useMutation, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import Form from 'antd/es/form'
import Input from 'antd/es/input'
import Modal from 'antd/es/modal'
import Select from 'antd/es/select'
import { useState } from 'react'
import { problemOf, uniqueKey, useMe, useText, useToast } from '../../../apps/web/ui/index.ts'
import { Refused, useRoleOptions, useUnitOptions } from '../../access/web/admin/parts.tsx'
import { text as shared } from '../../access/web/admin/text.ts'
import type { Webhook, WebhookWrite } from '../contract.ts'
import { webhookEvents } from '../rules.ts'
import { SecretDialog } from './Sure.tsx'
import { text } from './text.ts'
import { webhookApi } from './webhookApi.ts'
import { useWord } from './words.ts'

type Fields = WebhookWrite
type DialogProps = { row?: Webhook; onClose: () => void }

/** A new one, whose secret is then shown once; or another name, address or events for one. */
export default function WebhookDialog({ row, onClose }: DialogProps) {
  const say = useText(text)
  const own = useText(shared)
  const word = useWord()
  const toast = useToast()
  const queries = useQueryClient()
  const me = useMe()
  const roles = useRoleOptions()
  const units = useUnitOptions()
  const [form] = Form.useForm<Fields>()
  const [once, setOnce] = useState(uniqueKey)
  const save = useMutation({
    mutationFn: async ({ name, url, events, role, unit_id }: Fields): Promise<{ secret: string | null }> => {
      if (!row)
        return webhookApi.create({
          body: { name, url: url.trim(), events, role, ...(unit_id ? { unit_id } : {}) },
          idempotency_key: once,
        })
      await webhookApi.patch({
        params: { id: row.webhook_id },
        body: { name, url: url.trim(), events },
        if_match: `"${row.version}"`,
      })
      return { secret: null }
    },
    onSuccess: ({ secret }) => {
      if (secret) return
      toast.ok(own('saved'))
      onClose()
    },
    onError: (error) => {
      // A refused body will be mended and is then another request.
      if (problemOf(error)?.status) setOnce(uniqueKey())
    },
    onSettled: () => queries.invalidateQueries({ queryKey: webhookApi.list.key }),
  })
  if (save.data?.secret)
    return <SecretDialog name={save.variables.name} secret={save.data.secret} onClose={onClose} />
  const events = webhookEvents.map((value) => ({ value, label: word('on', value) }))
  return (
    <Modal
      open
      title={row ? say('edit_title', { name: row.name }) : say('create')}
      onCancel={onClose}
      mask={{ closable: false }}
      width={520}
      footer={[
        <Button key="no" onClick={onClose}>
          {own('cancel')}
        </Button>,
        <Button key="yes" type="primary" loading={save.isPending} onClick={form.submit}>
          {row ? own('save') : say('create_do')}
        </Button>,
      ]}
    >
      <Refused error={save.error} />
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        validateTrigger="onSubmit"
        initialValues={
          row
            ? { name: row.name, url: row.url, events: row.events }
            : { unit_id: me.unit_id, url: 'https://', events: ['parties.created', 'parties.updated'] }
        }
        onFinish={save.mutate}
      >
        <Form.Item
          name="name"
          label={say('name')}
          rules={[{ required: true, whitespace: true, message: say('need_name') }]}
        >
          <Input maxLength={200} autoFocus autoComplete="off" />
        </Form.Item>
        <Form.Item
          name="url"
          label={say('url')}
          extra={say('url_note')}
          rules={[{ required: true, min: 9, message: say('need_url') }]}
        >
          <Input type="url" maxLength={2000} autoComplete="off" />
        </Form.Item>
        <Form.Item
          name="events"
          label={say('events')}
          rules={[{ required: true, message: say('need_events') }]}
        >
          <Select mode="multiple" options={events} showSearch={{ optionFilterProp: 'label' }} />
        </Form.Item>
        {!row && (
          <div className="two-cols">
            <Form.Item
              name="role"
              label={say('role')}
              extra={say('role_note')}
              rules={[{ required: true, message: say('need_role') }]}
            >
              <Select showSearch={{ optionFilterProp: 'label' }} options={roles} />
            </Form.Item>
            <Form.Item name="unit_id" label={say('unit')}>
              <Select showSearch={{ optionFilterProp: 'label' }} options={units} />
            </Form.Item>
          </div>
        )}
      </Form>
    </Modal>
  )
}
