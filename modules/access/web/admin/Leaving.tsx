import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Radio from 'antd/es/radio'
import Select from 'antd/es/select'
import { useState } from 'react'
import { useCan, useGo, useText, useToast } from '../../../../apps/web/ui/index.ts'
import { handoverApi } from '../../../handover/web/handoverApi.ts'
import type { User } from '../../contract.ts'
import { accessApi } from '../session.ts'
import { Ask } from './parts.tsx'
import { usersText } from './users.text.ts'

type Fate = 'hand' | 'free' | 'keep'
type LeavingProps = { user: User; customers: number; tasks: number; onClose: () => void }

/** Somebody leaves: they are out at once; their customers and tasks go where it is said here. */
export default function Leaving({ user, customers, tasks, onClose }: LeavingProps) {
  const say = useText(usersText)
  const can = useCan()
  const go = useGo()
  const toast = useToast()
  const queries = useQueryClient()
  const may = customers + tasks > 0 && can('parties:write')
  const [fate, setFate] = useState<Fate>(may ? 'hand' : 'keep')
  const [to, setTo] = useState<number>()
  const params = { id: user.user_id }
  const { name } = user
  const leave = useMutation({
    mutationFn: async (): Promise<{ run_id: number | null }> => {
      if (fate !== 'keep')
        return handoverApi.start({
          params,
          body: { to: fate === 'hand' ? (to ?? null) : null, deactivate: user.active },
        })
      await accessApi.patchUser({ params, body: { active: false } })
      return { run_id: null }
    },
    onSuccess: ({ run_id }) => {
      if (run_id === null) toast.ok(say('deactivated', { name }))
      else
        toast.ok(say('handing', { name }), {
          label: say('watch'),
          run: () => go('/jobs', { peek: String(run_id) }),
        })
      onClose()
    },
    onSettled: () => queries.invalidateQueries(),
  })
  const ok =
    fate === 'hand'
      ? customers > 0
        ? say('hand_do', { n: customers })
        : say('hand_do_tasks', { n: tasks })
      : fate === 'free' && customers > 0
        ? say('free_do', { n: customers })
        : say('deactivate_do', { name })
  return (
    <Ask
      title={user.active ? say('deactivate_title', { name }) : say('hand_over')}
      ok={user.active ? ok : say('hand_over')}
      danger={user.active}
      busy={leave.isPending}
      error={leave.error}
      waits={fate === 'hand' && to === undefined}
      onOk={() => leave.mutate()}
      onClose={onClose}
    >
      {user.active && <p>{say('deactivate_text')}</p>}
      <p className="b">{say(customers > 0 ? 'own_1' : 'own_0', { n: customers })}</p>
      {tasks > 0 && <p>{say(fate === 'hand' ? 'tasks_1' : 'tasks_stay', { n: tasks })}</p>}
      {may && (
        <>
          <Radio.Group
            value={fate}
            onChange={(event) => setFate(event.target.value as Fate)}
            options={(['hand', 'free', ...(user.active ? (['keep'] as const) : [])] as const).map(
              (value) => ({
                value,
                label: say(value === 'hand' ? 'hand_to' : value === 'free' ? 'hand_none' : 'hand_keep'),
              }),
            )}
          />
          {fate === 'hand' && <Successor not={user.user_id} value={to} onChange={setTo} />}
          {fate !== 'keep' && <p className="mut s12">{say('hand_note')}</p>}
        </>
      )}
    </Ask>
  )
}

type SuccessorProps = { not: number; value: number | undefined; onChange: (id: number) => void }
function Successor({ not, value, onChange }: SuccessorProps) {
  const say = useText(usersText)
  const [q, setQ] = useState('')
  const found = useQuery(accessApi.colleagues.query({ query: { limit: 50, ...(q ? { q } : {}) } }))
  const options = (found.data?.items ?? [])
    .filter((one) => one.active && one.user_id !== not)
    .map((one) => ({ value: one.user_id, label: `${one.name} · ${one.unit_name}` }))
  return (
    <Select
      aria-label={say('hand_who')}
      placeholder={say('hand_who')}
      // The server searches: a company may have more people than one page.
      showSearch={{ filterOption: false, onSearch: setQ }}
      value={value ?? null}
      options={options}
      onChange={(id: number) => onChange(id)}
    />
  )
}
