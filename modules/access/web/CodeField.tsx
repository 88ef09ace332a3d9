import Form from 'antd/es/form'
import Input from 'antd/es/input'
import { useText } from '../../../apps/web/ui/index.ts'
import { text } from './text.ts'

/** Six digits of the authenticator app, or a recovery code. */
export function CodeField() {
  const say = useText(text)
  return (
    <Form.Item
      name="code"
      label={say('code')}
      extra={say('code_hint')}
      rules={[{ required: true, whitespace: true, message: say('need_code') }]}
    >
      <Input size="large" autoFocus autoComplete="one-time-code" maxLength={40} />
    </Form.Item>
  )
}
