import Button from 'antd/es/button'
import Form from 'antd/es/form'
import Input from 'antd/es/input'
import { useEffect, useState } from 'react'
import { problemOf, useText } from '../../../apps/web/ui/index.ts'
import { setSession } from '../../../apps/web/ui/state/session.ts'
import { CodeField } from './CodeField.tsx'
import { Gate, Said } from './Gate.tsx'
import { accessApi } from './session.ts'
import { text } from './text.ts'

type Fields = { email: string; password: string; code?: string }

export default function SignInPage() {
  const say = useText(text)
  const [form] = Form.useForm<Fields>()
  const [error, setError] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const [coded, setCoded] = useState(false)
  useEffect(() => {
    document.title = `${say('sign_in')} · Guanxi`
  }, [say])
  const submit = async (body: Fields) => {
    setBusy(true)
    setError(undefined)
    try {
      setSession(await accessApi.signIn({ body }))
    } catch (refused) {
      const code = problemOf(refused)?.code ?? ''
      // The password was right: only now is the code asked for.
      if (code === 'access.code_needed') setCoded(true)
      else setError(refused)
      setBusy(false)
      if (code === 'access.code_wrong') form.resetFields(['code'])
      else form.getFieldInstance('password')?.focus()
    }
  }
  return (
    <Gate title={say('sign_in')} lead={say('sign_in_lead')}>
      <Form
        form={form}
        className="card"
        layout="vertical"
        requiredMark={false}
        validateTrigger="onSubmit"
        onFinish={submit}
      >
        <Said error={error} />
        <Form.Item
          name="email"
          label={say('email')}
          rules={[
            { required: true, message: say('need_email') },
            { type: 'email', message: say('bad_email') },
          ]}
        >
          <Input type="email" size="large" autoComplete="username" autoFocus />
        </Form.Item>
        <Form.Item
          name="password"
          label={say('password')}
          rules={[{ required: true, message: say('need_password') }]}
        >
          <Input.Password size="large" autoComplete="current-password" />
        </Form.Item>
        {coded && <CodeField />}
        <Button type="primary" size="large" htmlType="submit" block loading={busy}>
          {busy ? say('signing_in') : say('sign_in')}
        </Button>
      </Form>
      <p className="hint">{say('forgot')}</p>
    </Gate>
  )
}
