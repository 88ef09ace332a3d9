import Checkbox from 'antd/es/checkbox'
import Input from 'antd/es/input'
import Select from 'antd/es/select'
import { useState } from 'react'
import { FormDialog, useText } from '../../../apps/web/ui/index.ts'
import type { Mail, MailPatch } from '../contract.ts'
import { systemApi } from './systemApi.ts'
import { text } from './text.ts'

type Form = {
  host: string
  port: string
  security: Mail['security']
  user: string
  password: string
  from: string
  to: string
  errors: boolean
}

const patchOf = ({ port, to, password, ...rest }: Form): MailPatch => ({
  ...rest,
  port: Number(port),
  to: to.split(/[,;，；\s]+/).filter(Boolean),
  ...(password === '' ? {} : { password }),
})

export default function MailDialog({ now, onClose }: { now: Mail; onClose: () => void }) {
  const say = useText(text)
  const { host, security, user, from, errors } = now
  const [form, setForm] = useState<Form>({
    host,
    security,
    user,
    from,
    errors,
    password: '',
    port: String(now.port),
    to: now.to.join(', '),
  })
  const set = (change: Partial<Form>) => setForm({ ...form, ...change })
  const line = (field: 'host' | 'port' | 'user' | 'from' | 'to', hint = '') => (
    <label htmlFor={`system-${field}`}>
      {say(field)}
      <Input
        id={`system-${field}`}
        value={form[field]}
        placeholder={hint}
        inputMode={field === 'port' ? 'numeric' : 'text'}
        onChange={(event) => set({ [field]: event.target.value })}
      />
    </label>
  )
  return (
    <FormDialog
      title={say('mail')}
      save={() => systemApi.changeMail({ body: patchOf(form) })}
      under={systemApi.mail.query().queryKey}
      onClose={onClose}
    >
      <div className="syrow">
        {line('host', 'smtp.example.com')}
        {line('port')}
      </div>
      <label htmlFor="system-security">
        {say('security')}
        <Select
          id="system-security"
          value={form.security}
          onChange={(next: Mail['security']) => set({ security: next })}
          options={[
            { value: 'tls', label: say('tls') },
            { value: 'starttls', label: say('starttls') },
            { value: 'none', label: say('none_at_all') },
          ]}
        />
      </label>
      {line('user')}
      <label htmlFor="system-password">
        {say('password')}
        <Input.Password
          id="system-password"
          value={form.password}
          autoComplete="new-password"
          placeholder={now.has_password ? say('password_kept') : ''}
          onChange={(event) => set({ password: event.target.value })}
        />
      </label>
      {line('from', say('from_hint'))}
      {line('to', say('to_hint'))}
      <Checkbox checked={form.errors} onChange={(event) => set({ errors: event.target.checked })}>
        {say('errors')}
      </Checkbox>
    </FormDialog>
  )
}
