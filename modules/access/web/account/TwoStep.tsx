import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import Input from 'antd/es/input'
import { useState } from 'react'
import { Count, KeyValues, Panel, Tag, useText, When } from '../../../../apps/web/ui/index.ts'
import { Said } from '../Gate.tsx'
import { accessApi } from '../session.ts'
import { Codes, Enrol } from './Enrol.tsx'
import { text } from './text.ts'

export function TwoStep() {
  const say = useText(text)
  const queries = useQueryClient()
  const { data } = useQuery(accessApi.secondFactor.query())
  const [doing, setDoing] = useState<'on' | 'off' | 'codes'>()
  const done = () => {
    setDoing(undefined)
    void queries.invalidateQueries({ queryKey: ['access'] })
  }
  if (!data) return <Panel title={say('two_step')}>{null}</Panel>
  return (
    <Panel
      title={say('two_step')}
      more={<Tag tone={data.on ? 'ok' : 'plain'}>{say(data.on ? 'is_on' : 'is_off')}</Tag>}
    >
      <div className="acform">
        <p>{say('two_step_lead')}</p>
        {data.required && <p className="mut">{say('required')}</p>}
        {data.on && (
          <KeyValues
            items={[
              [say('since'), <When key="since" at={data.since} />],
              [say('codes_left'), <Count key="left" value={data.recovery_codes} />],
            ]}
          />
        )}
      </div>
      {doing === 'on' && <Enrol onDone={done} />}
      {doing === 'off' && <Again what="off" onDone={done} />}
      {doing === 'codes' && <Again what="codes" onDone={done} />}
      {!doing && (
        <div className="acform row">
          {!data.on && (
            <Button type="primary" onClick={() => setDoing('on')}>
              {say('turn_on')}
            </Button>
          )}
          {data.on && <Button onClick={() => setDoing('codes')}>{say('new_codes')}</Button>}
          {data.on && !data.required && <Button onClick={() => setDoing('off')}>{say('turn_off')}</Button>}
        </div>
      )}
    </Panel>
  )
}

/** The password once more, then it is off, or there are new codes. */
function Again({ what, onDone }: { what: 'off' | 'codes'; onDone: () => void }) {
  const say = useText(text)
  const [password, setPassword] = useState('')
  const act = useMutation({
    mutationFn: async (): Promise<readonly string[] | null> => {
      const body = { password }
      if (what === 'codes') return (await accessApi.recoveryCodes({ body })).recovery_codes
      await accessApi.endSecondFactor({ body })
      return null
    },
    onSuccess: (codes) => {
      if (codes === null) onDone()
    },
  })
  if (act.data) return <Codes codes={act.data} onDone={onDone} />
  return (
    <form
      className="acform"
      onSubmit={(event) => {
        event.preventDefault()
        act.mutate()
      }}
    >
      <Said error={act.error} />
      <p>{say(what === 'off' ? 'off_text' : 'new_codes_text')}</p>
      <label htmlFor="ac-two">{say('confirm_password')}</label>
      <Input.Password
        id="ac-two"
        autoFocus
        autoComplete="current-password"
        value={password}
        maxLength={200}
        onChange={(event) => setPassword(event.target.value)}
      />
      <div className="row">
        <Button onClick={onDone}>{say('cancel')}</Button>
        <Button type="primary" htmlType="submit" disabled={!password} loading={act.isPending}>
          {say(what === 'off' ? 'turn_off' : 'new_codes')}
        </Button>
      </div>
    </form>
  )
}
