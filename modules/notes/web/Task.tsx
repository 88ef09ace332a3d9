import { useMutation } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import {
  Choice,
  Go,
  Icon,
  problemOf,
  Tag,
  useMe,
  useText,
  useToast,
  useZone,
  When,
} from '../../../apps/web/ui/index.ts'
import { useFresh } from '../../../apps/web/ui/inplace/inplace.tsx'
import { partyApi } from '../../parties/web/partyApi.ts'
import { EditingHere } from '../../presence/web/EditingHere.tsx'
import type { Task } from '../contract.ts'
import { dayAfter } from '../rules.ts'
import { noteApi } from './noteApi.ts'
import { TaskForm } from './TaskForm.tsx'
import { text } from './text.ts'
import './notes.css'

export const taskChanges = [noteApi.tasks.key, noteApi.taskCounts.key, partyApi.timeline.key]

/** Today where the reader works. */
export function useToday(): string {
  const zone = useZone()
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone }).format(new Date())
}

const SNOOZES = ['tomorrow', 'three', 'monday', 'week'] as const
export function dayOf(snooze: (typeof SNOOZES)[number], today: string): string {
  if (snooze === 'monday') return dayAfter(today, 8 - (new Date(today).getUTCDay() || 7))
  return dayAfter(today, { tomorrow: 1, three: 3, week: 7 }[snooze])
}

/** What can be done with a task, each with its way back. */
export function useTaskActs(task: Task) {
  const say = useText(text)
  const toast = useToast()
  const fresh = useFresh(taskChanges)
  const params = { id: task.id }
  const fail = (error: Error) =>
    toast.error(say('not_saved', { why: problemOf(error)?.detail || error.message }))
  const acts = useMutation({
    mutationFn: (act: () => Promise<unknown>) => act(),
    onSuccess: fresh,
    onError: fail,
  })
  const back = (run: () => Promise<unknown>) => ({ label: say('undo'), run: () => acts.mutate(run) })
  const finish = () => noteApi.doneTask({ params })
  const reopen = () => noteApi.reopenTask({ params })
  return {
    busy: acts.isPending,
    done: () =>
      acts.mutate(() =>
        (task.done_at ? reopen() : finish()).then(() => {
          if (!task.done_at) toast.ok(say('was_done', { title: task.title }), back(reopen))
        }),
      ),
    snooze: (until: string | null) =>
      acts.mutate(() =>
        noteApi.snoozeTask({ params, body: { until } }).then(() => {
          if (until)
            toast.ok(
              say('snoozed', { day: until }),
              back(() => noteApi.snoozeTask({ params, body: { until: task.snoozed_until } })),
            )
        }),
      ),
    remove: () =>
      acts.mutate(() =>
        noteApi.removeTask({ params }).then(() =>
          toast.ok(
            say('removed'),
            back(() => noteApi.restoreTask({ params })),
          ),
        ),
      ),
  }
}

type LineProps = { task: Task; may: boolean; party?: boolean; children?: ReactNode }
/** One task: done by a click, the rest in its menu. */
export function TaskLine({ task, may, party = false }: LineProps) {
  const say = useText(text)
  const me = useMe()
  const today = useToday()
  const { busy, done, snooze, remove } = useTaskActs(task)
  const [editing, setEditing] = useState(false)
  if (editing) return <TaskForm task={task} close={() => setEditing(false)} />
  const options = [
    ...SNOOZES.map((key) => ({
      value: key,
      label: `${say('snooze')}: ${say(`snooze_${key}`)}`,
      note: dayOf(key, today).slice(5),
    })),
    { value: 'edit', label: say('edit') },
    { value: 'remove', label: say('remove') },
  ]
  const act = (what: string) => {
    const key = SNOOZES.find((one) => one === what)
    if (key) snooze(dayOf(key, today))
    else if (what === 'edit') setEditing(true)
    else remove()
  }
  const late = task.when === 'overdue'
  return (
    <div className={task.done_at ? 'tk done' : 'tk'}>
      <button
        type="button"
        className={task.done_at ? 'tick on' : 'tick'}
        disabled={!may || busy}
        aria-label={say(task.done_at ? 'reopen_of' : 'done_of', { title: task.title })}
        onClick={done}
      >
        <Icon name="check" />
      </button>
      <span className="ttl">
        {task.priority === 'high' && <Tag tone="warn">{say('high')}</Tag>} {task.title}
      </span>
      {may && !task.done_at ? (
        <Choice label={say('more', { title: task.title })} options={options} onPick={act}>
          <button type="button" className="ib xs" aria-label={say('more', { title: task.title })}>
            <Icon name="more" />
          </button>
        </Choice>
      ) : (
        <span />
      )}
      <span className="sub s12 mut">
        <Due task={task} late={late} />
        {party && task.party && (
          <>
            {' · '}
            <Go to={`/customers/${task.party.id}`} className="lnk">
              {task.party.name}
            </Go>
          </>
        )}
        {party && task.party_withheld && ` · ${say('withheld_party')}`}
        {task.assignee.id !== me.id && ` · ${say('to', { name: task.assignee.name })}`}
        {task.assignee.id === me.id &&
          task.created_by.id !== me.id &&
          ` · ${say('from', { name: task.created_by.name })}`}
        {task.note && ` · ${task.note}`}
        {!party && task.party && <EditingHere id={task.party.id} field={`tasks.${task.id}`} />}
      </span>
    </div>
  )
}

function Due({ task, late }: { task: Task; late: boolean }) {
  const say = useText(text)
  const at = task.due_at ?? task.due_on
  if (task.snoozed_until && !task.done_at) return <>{say('snoozed', { day: task.snoozed_until })}</>
  if (!at) return <>—</>
  return (
    <span className={late ? 'seal' : ''}>
      {late && `${say('overdue')} `}
      <When at={at} time={task.due_at !== null} />
    </span>
  )
}
