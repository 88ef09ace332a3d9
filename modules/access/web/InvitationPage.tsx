import { useQuery } from '@tanstack/react-query'
import Button from 'antd/es/button'
import Form from 'antd/es/form'
import Input from 'antd/es/input'
import { useState } from 'react'
import { problemOf, useGo, useText } from '../../../apps/web/ui/index.ts'
import { setSession } from '../../../apps/web/ui/state/session.ts'
import { CodeField } from './CodeField.tsx'
import { fieldOf, Gate, Said, tokenOf } from './Gate.tsx'
import { accessApi } from './session.ts'
import { text } from './text.ts'

/** Where an invitation's link leads: a password is chosen, and one is inside. */
export function InvitationPage() {
  const say = useText(text)
  const go = useGo()
  const [token] = useState(() => tokenOf(location.hash))
  const [form] = Form.useForm<{ password: string; code?: string }>()
  const [error, setError] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const [coded, setCoded] = useState(false)
  const state = useQuery(accessApi.invitationState.query({ query: { token } }))
  const submit = async (fields: { password: string; code?: string }) => {
    setBusy(true)
    setError(undefined)
    try {
      setSession(await accessApi.acceptInvitation({ body: { token, ...fields } }))
      go('/')
    } catch (refused) {
      const place = fieldOf(refused)
      if (place?.name === 'password') form.setFields([{ name: 'password', errors: place.errors }])
      else if (problemOf(refused)?.code === 'access.code_needed') setCoded(true)
      else setError(refused)
      setBusy(false)
    }
  }
  if (state.isPending) return null
  const { valid, name, email } = state.data ?? { valid: false, name: null, email: null }
  if (!valid) return <Gate title={say('link_title')} lead={say('invitation_bad')} />
  return (
    <Gate title={say('invitation_title', { name })} lead={say('invitation_lead', { email })}>
      <Form
        form={form}
        className="card"
        layout="vertical"
        requiredMark={false}
        validateTrigger="onSubmit"
        onFinish={submit}
      >
        <Said error={error} />
        <input type="hidden" autoComplete="username" value={email ?? ''} readOnly />
        <Form.Item
          name="password"
          label={say('choose_password')}
          extra={say('password_hint')}
          rules={[{ required: true, message: say('need_password') }]}
        >
          <Input.Password autoFocus autoComplete="new-password" maxLength={200} />
        </Form.Item>
        {coded && <CodeField />}
        <Button type="primary" htmlType="submit" block loading={busy}>
          {say('invitation_do')}
        </Button>
      </Form>
    </Gate>
  )
}
