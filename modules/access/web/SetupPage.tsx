import { useQuery } from '@tanstack/react-query'
import Button from 'antd/es/button'
import Form from 'antd/es/form'
import Input from 'antd/es/input'
import Select from 'antd/es/select'
import { useEffect, useState } from 'react'
import { useGo, useLocale, useText } from '../../../apps/web/ui/index.ts'
import { setSession } from '../../../apps/web/ui/state/session.ts'
import type { SetupWrite } from '../contract.ts'
import { currencyGuess } from '../rules.ts'
import { fieldOf, Gate, Said, tokenOf } from './Gate.tsx'
import { accessApi } from './session.ts'
import { text } from './text.ts'

type Fields = Omit<SetupWrite, 'token' | 'locale'>

export function SetupPage() {
  const say = useText(text)
  const go = useGo()
  const [token] = useState(() => tokenOf(location.hash))
  const state = useQuery(accessApi.setupState.query({ query: { token } }))
  useEffect(() => {
    document.title = `${say('setup_title')} · Guanxi`
  }, [say])
  if (state.isPending) return null
  if (state.data && !state.data.needed)
    return (
      <Gate title={say('done_title')} lead={say('done_text')}>
        <Button type="primary" onClick={() => go('/')}>
          {say('to_sign_in')}
        </Button>
      </Gate>
    )
  if (state.data && !state.data.valid) return <Gate title={say('link_title')} lead={say('link_text')} />
  return (
    <Gate title={say('setup_title')} lead={say('setup_lead')} wide>
      <SetupForm token={token} known={state.data?.base_currency} />
    </Gate>
  )
}

function SetupForm({ token, known }: { token: string; known: string | undefined }) {
  const say = useText(text)
  const go = useGo()
  const locale = useLocale()
  const [form] = Form.useForm<Fields>()
  const [error, setError] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const submit = async (fields: Fields) => {
    setBusy(true)
    setError(undefined)
    try {
      // Left as it was, it is our guess and nobody's choice: the first orders then decide.
      const { base_currency, ...rest } = fields
      const chosen = form.isFieldTouched('base_currency') && base_currency ? { base_currency } : {}
      setSession(await accessApi.setup({ body: { ...rest, ...chosen, token, locale } }))
      go('/')
    } catch (refused) {
      const place = fieldOf(refused)
      if (place) form.setFields([place])
      else setError(refused)
      setBusy(false)
    }
  }
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC'
  const first = { time_zone: zone, base_currency: known ?? currencyGuess(zone, locale) }
  const need = (message: string) => [{ required: true, whitespace: true, message }]
  return (
    <Form
      form={form}
      className="card"
      layout="vertical"
      requiredMark={false}
      initialValues={first}
      validateTrigger="onSubmit"
      onFinish={submit}
    >
      <Said error={error} />
      <Form.Item name="organisation" label={say('organisation')} rules={need(say('need_organisation'))}>
        <Input autoFocus maxLength={200} autoComplete="organization" />
      </Form.Item>
      <div className="two">
        <Form.Item
          name="base_currency"
          label={say('currency')}
          extra={known ? undefined : say('currency_hint')}
        >
          <Select showSearch options={currencies(locale)} />
        </Form.Item>
        <Form.Item name="time_zone" label={say('time_zone')}>
          <Select showSearch options={zones(zone)} />
        </Form.Item>
        <Form.Item name="name" label={say('your_name')} rules={need(say('need_name'))}>
          <Input maxLength={200} autoComplete="name" />
        </Form.Item>
        <Form.Item
          name="email"
          label={say('email')}
          rules={[...need(say('need_email')), { type: 'email', message: say('bad_email') }]}
        >
          <Input type="email" autoComplete="username" />
        </Form.Item>
      </div>
      <Form.Item
        name="password"
        label={say('choose_password')}
        extra={say('password_hint')}
        rules={[{ required: true, message: say('need_password') }]}
      >
        <Input.Password autoComplete="new-password" maxLength={200} />
      </Form.Item>
      <Button type="primary" htmlType="submit" block size="large" loading={busy}>
        {busy ? say('setup_doing') : say('setup_do')}
      </Button>
    </Form>
  )
}

const COMMON = ['CNY', 'USD', 'EUR', 'GBP', 'HKD', 'JPY', 'TWD', 'SGD']
function currencies(locale: string) {
  const names = new Intl.DisplayNames(locale, { type: 'currency' })
  const codes = [...new Set([...COMMON, ...Intl.supportedValuesOf('currency')])]
  return codes.map((value) => ({ value, label: `${value} ${names.of(value) ?? ''}` }))
}

const zones = (own: string) =>
  [...new Set([own, 'UTC', ...Intl.supportedValuesOf('timeZone')])].map((value) => ({
    value,
    label: value.replaceAll('_', ' '),
  }))
