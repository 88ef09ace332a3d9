import { useQuery, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { useState } from 'react'
import {
  Page,
  type PlainColumn,
  PlainTable,
  Progress,
  useGo,
  useNarrow,
  useText,
  useToast,
} from '../../../apps/web/ui/index.ts'
import { useStore } from '../../../apps/web/ui/state/store.ts'
import { isOver, useRun } from '../../jobs/web/run.ts'
import type { Sample, SignIn } from '../contract.ts'
import RemoveSample from './RemoveSample.tsx'
import { password, sampleApi } from './sampleApi.ts'
import { text } from './text.ts'
import { useLoad } from './useLoad.ts'
import './sample.css'

export function SamplePage() {
  const say = useText(text)
  const sample = useQuery(sampleApi.get.query())
  const { data } = sample
  return (
    <Page title={say('title')} may="sample:write" error={sample.error} onRetry={() => void sample.refetch()}>
      <div className="scroll pad">
        {data?.state === 'none' && <Before sample={data} />}
        {data?.state === 'loading' && <Loading sample={data} />}
        {data?.state === 'loaded' && <Loaded sample={data} />}
      </div>
    </Page>
  )
}

function Before({ sample }: { sample: Sample }) {
  const say = useText(text)
  const { load, busy } = useLoad()
  const beside = sample.real_parties > 0
  return (
    <section className="sampletop">
      <h2>{say('none_title')}</h2>
      <p className="sec">{say('none_text')}</p>
      {beside && (
        <div className="samplewarn" role="note">
          <b>{say('beside_title')}</b>
          <p>{say('beside_text', { n: sample.real_parties })}</p>
        </div>
      )}
      <Button type={beside ? 'default' : 'primary'} loading={busy} onClick={() => void load(beside)}>
        {say(beside ? 'beside_do' : 'none_do')}
      </Button>
    </section>
  )
}

function Loading({ sample }: { sample: Sample }) {
  const say = useText(text)
  const queries = useQueryClient()
  const run = useRun(sample.run_id, () => void queries.invalidateQueries({ queryKey: sampleApi.get.key }))
  const [removing, setRemoving] = useState(false)
  if (run && isOver(run) && run.state !== 'done')
    return (
      <section className="sampletop">
        <h2>{say('broken_title')}</h2>
        <p className="sec">{run.error?.message ?? say('broken_text')}</p>
        <Button onClick={() => setRemoving(true)}>{say('banner_remove')}</Button>
        {removing && <RemoveSample onClose={() => setRemoving(false)} />}
      </section>
    )
  return (
    <section className="sampletop" aria-live="polite">
      <h2>{say('loading_title')}</h2>
      <p className="sec">
        {say('loading_text')} {run?.phase && <span className="mut">{run.phase}</span>}
      </p>
      <Progress
        done={run?.done ?? 0}
        total={run?.total ?? null}
        rate={run?.rate ?? null}
        eta_ms={run?.eta_ms ?? null}
        label={say('loading_title')}
      />
    </section>
  )
}

function Loaded({ sample }: { sample: Sample }) {
  const say = useText(text)
  const go = useGo()
  const [removing, setRemoving] = useState(false)
  const narrow = useNarrow()
  const columns: readonly PlainColumn<SignIn>[] = narrow
    ? [{ key: 'who', title: say('sign_in_as'), cell: (user) => <OnPhone user={user} /> }]
    : [
        { key: 'role', title: say('role'), cell: (user) => user.role_name },
        { key: 'email', title: say('sign_in_as'), cell: (user) => user.email },
        { key: 'name', title: say('name'), cell: (user) => user.name },
        { key: 'unit', title: say('unit'), cell: (user) => user.unit_name },
      ]
  return (
    <section className="sampletop wide">
      <h2>{say('loaded_title')}</h2>
      <p className="sec">{say('loaded_text')}</p>
      <Password />
      <div className="row">
        <Button type="primary" onClick={() => go('/customers')}>
          {say('to_customers')}
        </Button>
        <Button onClick={() => setRemoving(true)}>{say('banner_remove')}</Button>
      </div>
      <PlainTable
        columns={columns}
        rows={sample.users}
        keyOf={(user) => user.user_id}
        label={say('loaded_title')}
      />
      {removing && <RemoveSample onClose={() => setRemoving(false)} />}
    </section>
  )
}

const OnPhone = ({ user }: { user: SignIn }) => (
  <div className="samplewho">
    <span>
      {user.role_name} <span className="mut s12">{user.name}</span>
    </span>
    <span className="sec s12">{user.email}</span>
  </div>
)

function Password() {
  const say = useText(text)
  const toast = useToast()
  const known = useStore(password)
  const [busy, setBusy] = useState(false)
  const renew = async () => {
    setBusy(true)
    try {
      password.set((await sampleApi.password()).password)
    } catch {
      toast.error(say('failed'))
    } finally {
      setBusy(false)
    }
  }
  if (known === null)
    return (
      <div className="samplekey">
        <span className="sec">{say('password_unknown')}</span>
        <Button loading={busy} onClick={renew}>
          {say('password_new')}
        </Button>
      </div>
    )
  const copy = () =>
    navigator.clipboard?.writeText(known).then(
      () => toast.ok(say('copied')),
      () => undefined,
    )
  return (
    <div className="samplekey">
      <span className="sec">{say('password')}</span>
      <code>{known}</code>
      <Button size="small" onClick={copy}>
        {say('copy')}
      </Button>
      <span className="mut s12">{say('password_once')}</span>
    </div>
  )
}
