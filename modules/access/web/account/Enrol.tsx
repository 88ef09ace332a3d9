import { useMutation } from '@tanstack/react-query'
import Button from 'antd/es/button'
import Input from 'antd/es/input'
import { useState } from 'react'
import { useText, useToast } from '../../../../apps/web/ui/index.ts'
import { Said } from '../Gate.tsx'
import { accessApi } from '../session.ts'
import { Qr } from './Qr.tsx'
import { text } from './text.ts'
import './account.css'

/** Password, QR code and first digits, recovery codes: three steps in one place. */
export function Enrol({ onDone }: { onDone: () => void }) {
  const say = useText(text)
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const begin = useMutation({
    mutationFn: () => accessApi.startSecondFactor({ body: { password } }),
  })
  const confirm = useMutation({
    mutationFn: () => accessApi.confirmSecondFactor({ body: { code: code.trim() } }),
  })
  if (confirm.data) return <Codes codes={confirm.data.recovery_codes} onDone={onDone} />
  if (!begin.data)
    return (
      <form
        className="acform"
        onSubmit={(event) => {
          event.preventDefault()
          begin.mutate()
        }}
      >
        <Said error={begin.error} />
        <label htmlFor="ac-again">{say('confirm_password')}</label>
        <Input.Password
          id="ac-again"
          autoFocus
          autoComplete="current-password"
          value={password}
          maxLength={200}
          onChange={(event) => setPassword(event.target.value)}
        />
        <Button type="primary" htmlType="submit" disabled={!password} loading={begin.isPending}>
          {say('go_on')}
        </Button>
      </form>
    )
  return (
    <form
      className="acform"
      onSubmit={(event) => {
        event.preventDefault()
        confirm.mutate()
      }}
    >
      <Said error={confirm.error} />
      <p>{say('scan')}</p>
      <Qr text={begin.data.uri} label={say('qr')} />
      <p className="mut s12">
        {say('by_hand')} <code>{begin.data.secret.match(/.{1,4}/g)?.join(' ')}</code>
      </p>
      <label htmlFor="ac-code">{say('code')}</label>
      <Input
        id="ac-code"
        autoFocus
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={10}
        value={code}
        onChange={(event) => setCode(event.target.value)}
      />
      <Button type="primary" htmlType="submit" disabled={code.trim().length < 6} loading={confirm.isPending}>
        {say('confirm')}
      </Button>
    </form>
  )
}

export function Codes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  const say = useText(text)
  const toast = useToast()
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(codes.join('\n'))
      toast.ok(say('copied'))
    } catch {
      toast.error(say('copy_by_hand'))
    }
  }
  return (
    <div className="acform">
      <p className="b">{say('codes_title')}</p>
      <p>{say('codes_text')}</p>
      <ul className="accodes">
        {codes.map((one) => (
          <li key={one}>
            <code>{one}</code>
          </li>
        ))}
      </ul>
      <div className="row">
        <Button onClick={copy}>{say('copy')}</Button>
        <Button type="primary" onClick={onDone}>
          {say('kept')}
        </Button>
      </div>
    </div>
  )
}
