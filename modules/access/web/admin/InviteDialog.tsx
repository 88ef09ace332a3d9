import { useMutation, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import Form from 'antd/es/form'
import Input from 'antd/es/input'
import Modal from 'antd/es/modal'
import Select from 'antd/es/select'
import { useState } from 'react'
import { problemOf, uniqueKey, useLocale, useMe, useText, useZone } from '../../../../apps/web/ui/index.ts'
import { formatTime } from '../../../../kernel/text.ts'
import type { UserWrite } from '../../contract.ts'
import { accessApi } from '../session.ts'
import { Once, Refused, useRoleOptions, useUnitOptions } from './parts.tsx'
import { text } from './text.ts'
import { usersText } from './users.text.ts'

type Fields = Pick<UserWrite, 'email' | 'name' | 'role' | 'unit_id' | 'locale'>
type InviteProps = { onClose: () => void; onMade: (user_id: number) => void }

/** Two steps in one box: who, then the link, which is shown this once. */
export default function InviteDialog({ onClose, onMade }: InviteProps) {
  const say = useText(text)
  const own = useText(usersText)
  const queries = useQueryClient()
  const locale = useLocale()
  const me = useMe()
  const roles = useRoleOptions()
  const units = useUnitOptions()
  const [form] = Form.useForm<Fields>()
  const [key, setKey] = useState(uniqueKey)
  const invite = useMutation({
    mutationFn: (body: Fields) => accessApi.createUser({ body, idempotency_key: key }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['access'] }),
    onError: (error) => {
      // A refused body will be mended and is then another request.
      if (problemOf(error)?.status) setKey(uniqueKey())
    },
  })
  const made = invite.data
  if (made?.invitation)
    return (
      <Made
        name={made.name}
        invitation={made.invitation}
        onClose={() => {
          onMade(made.user_id)
          onClose()
        }}
      />
    )
  return (
    <Modal
      open
      title={own('invite')}
      onCancel={onClose}
      mask={{ closable: false }}
      width={480}
      footer={[
        <Button key="no" onClick={onClose}>
          {say('cancel')}
        </Button>,
        <Button key="yes" type="primary" loading={invite.isPending} onClick={form.submit}>
          {own('invite_do')}
        </Button>,
      ]}
    >
      <Refused error={invite.error} />
      <p className="mut s13 adlead">{own('invite_lead')}</p>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        validateTrigger="onSubmit"
        initialValues={{ locale, unit_id: me.unit_id }}
        onFinish={invite.mutate}
      >
        <UserFields roles={roles} units={units} first />
      </Form>
    </Modal>
  )
}

type FieldsProps = {
  roles: ReturnType<typeof useRoleOptions>
  units: ReturnType<typeof useUnitOptions>
  first?: boolean
}
export function UserFields({ roles, units, first = false }: FieldsProps) {
  const say = useText(text)
  const own = useText(usersText)
  const languages = (['zh-CN', 'en'] as const).map((value) => ({ value, label: say(value) }))
  return (
    <>
      <Form.Item
        name="name"
        label={say('name')}
        rules={[{ required: true, whitespace: true, message: own('need_name') }]}
      >
        <Input maxLength={200} autoFocus={first} autoComplete="off" />
      </Form.Item>
      <Form.Item
        name="email"
        label={say('email')}
        rules={[
          { required: true, message: own('need_email') },
          { type: 'email', message: own('bad_email') },
        ]}
      >
        <Input type="email" maxLength={254} autoComplete="off" />
      </Form.Item>
      <div className="two-cols">
        <Form.Item name="role" label={say('role')} rules={[{ required: true, message: own('need_role') }]}>
          <Select showSearch={{ optionFilterProp: 'label' }} options={roles} />
        </Form.Item>
        <Form.Item name="unit_id" label={say('unit')} rules={[{ required: true, message: own('need_unit') }]}>
          <Select showSearch={{ optionFilterProp: 'label' }} options={units} />
        </Form.Item>
        <Form.Item name="locale" label={say('language')}>
          <Select options={languages} />
        </Form.Item>
      </div>
    </>
  )
}

type MadeProps = { name: string; invitation: { path: string; expires_at: string }; onClose: () => void }
export function Made({ name, invitation, onClose }: MadeProps) {
  const own = useText(usersText)
  const locale = useLocale()
  const zone = useZone()
  const when = formatTime(invitation.expires_at, locale, zone, { dateStyle: 'long', timeStyle: 'short' })
  return (
    <Modal
      open
      title={own('invited_title', { name })}
      onCancel={onClose}
      mask={{ closable: false }}
      width={520}
      footer={[
        <Button key="done" onClick={onClose}>
          {own('done')}
        </Button>,
      ]}
    >
      <Once
        label={own('link')}
        value={`${location.origin}${invitation.path}`}
        hint={own('link_hint', { when })}
      />
    </Modal>
  )
}
