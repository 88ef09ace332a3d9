import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { lazy, Suspense, useState } from 'react'
import {
  Count,
  Fault,
  Go,
  KeyValues,
  Peek,
  problemOf,
  Section,
  useCan,
  useMe,
  useText,
  useToast,
  When,
} from '../../../../apps/web/ui/index.ts'
import { handoverApi } from '../../../handover/web/handoverApi.ts'
import type { User } from '../../contract.ts'
import { accessApi } from '../session.ts'
import { deviceOf } from './device.ts'
import { Ask } from './parts.tsx'
import { StateTag } from './state.tsx'
import { text } from './text.ts'
import { usersText } from './users.text.ts'

const EditUser = lazy(() => import('./EditUser.tsx'))
const Leaving = lazy(() => import('./Leaving.tsx'))
const LinkDialog = lazy(() => import('./LinkDialog.tsx'))

const useUser = (id: number) => useQuery(accessApi.user.query({ params: { id } }))

export function UserPeek({ id, onClose }: { id: number; onClose: () => void }) {
  const { data: user, error } = useUser(id)
  return (
    <Peek
      title={user?.name ?? ''}
      note={
        user && (
          <>
            <StateTag user={user} /> <span className="cut">{user.email}</span>
          </>
        )
      }
      onClose={onClose}
    >
      {error ? <Fault error={error} /> : user && <Facts user={user} />}
    </Peek>
  )
}

export function UserDetail({ id }: { id: number }) {
  const { data: user, error } = useUser(id)
  if (error) return <Fault error={error} />
  if (!user) return null
  return (
    <>
      <h2 className="b">{user.name}</h2>
      <Facts user={user} />
    </>
  )
}

function Facts({ user }: { user: User }) {
  const say = useText(text)
  const own = useText(usersText)
  const can = useCan()
  const held = useQuery({
    ...handoverApi.held.query({ params: { id: user.user_id } }),
    enabled: can('parties:read'),
  }).data
  return (
    <>
      {can('users:write') && <Acts user={user} customers={held?.customers ?? 0} tasks={held?.tasks ?? 0} />}
      <Section title={own('about')}>
        <KeyValues
          items={[
            [say('role'), user.role_name],
            [say('unit'), user.unit_name],
            [say('language'), say(user.locale)],
            [say('second'), say(user.second_factor ? 'second_on' : 'second_off')],
            [say('zone'), user.time_zone.replaceAll('_', ' ')],
            [
              own('customers'),
              held && (
                <Go key="held" to="/customers" className="lnk" search={{ owner: String(user.user_id) }}>
                  <Count value={held.customers} />
                </Go>
              ),
            ],
            [say('seen'), user.seen_at ? <When key="seen" at={user.seen_at} time /> : say('never')],
            [say('since'), <When key="since" at={user.created_at} />],
          ]}
        />
      </Section>
      {can('users:write') && <SignIns id={user.user_id} />}
    </>
  )
}

function SignIns({ id }: { id: number }) {
  const own = useText(usersText)
  const { data } = useQuery(accessApi.signIns.query({ params: { id } }))
  if (!data) return null
  return (
    <>
      <Section title={own('sessions')} more={<Count value={data.sessions.length} />}>
        <ul className="adlist">
          {data.sessions.map((one) => (
            <li key={one.id}>
              {deviceOf(one.agent)}
              <div className="l2">
                {one.address} · <When at={one.seen_at} time />
              </div>
            </li>
          ))}
        </ul>
        {data.sessions.length === 0 && <p className="mut s13">{own('no_sessions')}</p>}
      </Section>
      <Section title={own('failures')} more={<Count value={data.failed} />}>
        <ul className="adlist">
          {data.failures.map((one, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two failures may share instant and network
            <li key={i}>
              <When at={one.at} time /> <span className="mut">{one.network}</span>
            </li>
          ))}
        </ul>
        {data.failed === 0 && <p className="mut s13">{own('no_failures')}</p>}
        {data.failed > data.failures.length && (
          <p className="mut s12">{own('more_failures', { n: data.failed })}</p>
        )}
      </Section>
    </>
  )
}

function Acts({ user, customers, tasks }: { user: User; customers: number; tasks: number }) {
  const own = useText(usersText)
  const me = useMe()
  const toast = useToast()
  const can = useCan()
  const queries = useQueryClient()
  const [doing, setDoing] = useState<'edit' | 'link' | 'out' | 'reset' | 'leave' | 'hand'>()
  const close = () => setDoing(undefined)
  const again = () => queries.invalidateQueries({ queryKey: ['access'] })
  const out = useMutation({
    mutationFn: () => accessApi.endUserSessions({ params: { id: user.user_id } }),
    onSuccess: ({ ended }) => {
      toast.ok(own('signed_out', { n: ended }))
      close()
      return again()
    },
  })
  const reset = useMutation({
    mutationFn: () => accessApi.resetSecondFactor({ params: { id: user.user_id } }),
    onSuccess: () => {
      toast.ok(own('reset_done', { name: user.name }))
      close()
      return again()
    },
  })
  const activate = useMutation({
    mutationFn: () => accessApi.patchUser({ params: { id: user.user_id }, body: { active: true } }),
    onSuccess: () => {
      toast.ok(own('activated', { name: user.name }))
      return again()
    },
    onError: (error) => toast.error(problemOf(error)?.detail ?? error.message),
  })
  const self = user.user_id === me.id
  return (
    <div className="adacts">
      <Button size="small" onClick={() => setDoing('edit')}>
        {own('edit')}
      </Button>
      {user.active && (
        <Button size="small" onClick={() => setDoing('link')}>
          {own(user.invited ? 'new_link' : 'reset_link')}
        </Button>
      )}
      {user.active && (
        <Button size="small" onClick={() => setDoing('out')}>
          {own('sign_out')}
        </Button>
      )}
      {user.second_factor && (
        <Button size="small" onClick={() => setDoing('reset')}>
          {own('reset')}
        </Button>
      )}
      {customers + tasks > 0 && can('parties:write') && !user.active && (
        <Button size="small" onClick={() => setDoing('hand')}>
          {own('hand_over')}
        </Button>
      )}
      {!self && user.active && (
        <Button size="small" danger onClick={() => setDoing('leave')}>
          {own('deactivate')}
        </Button>
      )}
      {!user.active && (
        <Button size="small" loading={activate.isPending} onClick={() => activate.mutate()}>
          {own('activate')}
        </Button>
      )}
      {doing === 'out' && (
        <Ask
          title={own('sign_out_title', { name: user.name })}
          ok={own('sign_out')}
          busy={out.isPending}
          error={out.error}
          onOk={() => out.mutate()}
          onClose={close}
        >
          <p>{own('sign_out_text')}</p>
        </Ask>
      )}
      {doing === 'reset' && (
        <Ask
          title={own('reset_title', { name: user.name })}
          ok={own('reset')}
          danger
          busy={reset.isPending}
          error={reset.error}
          onOk={() => reset.mutate()}
          onClose={close}
        >
          <p>{own('reset_text')}</p>
        </Ask>
      )}
      <Suspense>
        {doing === 'edit' && <EditUser user={user} onClose={close} />}
        {doing === 'link' && <LinkDialog user={user} onClose={close} />}
        {(doing === 'leave' || doing === 'hand') && (
          <Leaving user={user} customers={customers} tasks={tasks} onClose={close} />
        )}
      </Suspense>
    </div>
  )
}
