import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import Input from 'antd/es/input'
import { useState } from 'react'
import {
  KeyValues,
  Page,
  Panel,
  problemOf,
  Tag,
  useMe,
  useText,
  useToast,
  When,
} from '../../../../apps/web/ui/index.ts'
import { setSession } from '../../../../apps/web/ui/state/session.ts'
import { deviceOf } from '../admin/device.ts'
import { Said } from '../Gate.tsx'
import { accessApi, signOut } from '../session.ts'
import { TwoStep } from './TwoStep.tsx'
import { text } from './text.ts'
import './account.css'

/** What belongs to oneself: name, password, second factor, where one is signed in. */
export function AccountPage() {
  const say = useText(text)
  return (
    <Page title={say('title')}>
      <div className="acpage">
        <Me />
        <TwoStep />
        <Password />
        <Sessions />
      </div>
    </Page>
  )
}

function Me() {
  const say = useText(text)
  const me = useMe()
  const toast = useToast()
  const [name, setName] = useState(me.name)
  const save = useMutation({
    mutationFn: () => accessApi.changeProfile({ body: { name: name.trim() } }),
    onSuccess: (session) => {
      setSession(session)
      toast.ok(say('saved'))
    },
  })
  return (
    <Panel title={say('me')}>
      <form
        className="acform"
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <Said error={save.error} />
        <label htmlFor="ac-name">{say('name')}</label>
        <Input id="ac-name" value={name} maxLength={200} onChange={(event) => setName(event.target.value)} />
        <KeyValues
          items={[
            [say('email'), me.email],
            [say('role'), me.role_name],
            [say('unit'), me.unit_name],
            [say('zone'), me.time_zone.replaceAll('_', ' ')],
          ]}
        />
        <Button htmlType="submit" disabled={!name.trim() || name.trim() === me.name} loading={save.isPending}>
          {say('save')}
        </Button>
      </form>
    </Panel>
  )
}

function Password() {
  const say = useText(text)
  const toast = useToast()
  const queries = useQueryClient()
  const [old_password, setOld] = useState('')
  const [new_password, setNew] = useState('')
  const change = useMutation({
    mutationFn: () => accessApi.changePassword({ body: { old_password, new_password } }),
    onSuccess: () => {
      setOld('')
      setNew('')
      toast.ok(say('password_changed'))
      return queries.invalidateQueries({ queryKey: accessApi.sessions.key })
    },
  })
  return (
    <Panel title={say('password')}>
      <form
        className="acform"
        onSubmit={(event) => {
          event.preventDefault()
          change.mutate()
        }}
      >
        <Said error={change.error} />
        <label htmlFor="ac-old">{say('old_password')}</label>
        <Input.Password
          id="ac-old"
          autoComplete="current-password"
          value={old_password}
          maxLength={200}
          onChange={(event) => setOld(event.target.value)}
        />
        <label htmlFor="ac-new">{say('new_password')}</label>
        <Input.Password
          id="ac-new"
          autoComplete="new-password"
          value={new_password}
          maxLength={200}
          onChange={(event) => setNew(event.target.value)}
        />
        <p className="mut s12">{say('password_hint')}</p>
        <Button htmlType="submit" disabled={!old_password || !new_password} loading={change.isPending}>
          {say('change_password')}
        </Button>
      </form>
    </Panel>
  )
}

function Sessions() {
  const say = useText(text)
  const toast = useToast()
  const queries = useQueryClient()
  const list = useQuery(accessApi.sessions.query())
  const end = useMutation({
    mutationFn: (id: string) => accessApi.endSession({ params: { id } }),
    onSuccess: () => toast.ok(say('signed_out_one')),
    onError: (error) => toast.error(problemOf(error)?.detail || say('failed')),
    onSettled: () => queries.invalidateQueries({ queryKey: accessApi.sessions.key }),
  })
  return (
    <Panel
      title={say('sessions')}
      more={
        <button type="button" className="lnk" onClick={() => signOut(true)}>
          {say('everywhere')}
        </button>
      }
    >
      <ul className="aclist">
        {(list.data?.items ?? []).map((one) => (
          <li key={one.id}>
            <span>
              {deviceOf(one.agent)} {one.current && <Tag tone="brand">{say('this_one')}</Tag>}
              <span className="mut s12 l2">
                {one.address} · <When at={one.seen_at} time />
              </span>
            </span>
            {!one.current && (
              <Button size="small" onClick={() => end.mutate(one.id)}>
                {say('sign_out_one')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  )
}
