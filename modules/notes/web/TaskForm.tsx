import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useMe, useText, useZone } from '../../../apps/web/ui/index.ts'
import { Field, MiniForm, Pick } from '../../../apps/web/ui/inplace/inplace.tsx'
import { partyApi } from '../../parties/web/partyApi.ts'
import { EditingHere } from '../../presence/web/EditingHere.tsx'
import { useEditing } from '../../presence/web/here.ts'
import { useLastOf } from '../../presence/web/lastOf.ts'
import { PartyPicker, type Picked } from '../../ties/web/PartyPicker.tsx'
import type { Task, TaskWrite } from '../contract.ts'
import { priorities } from '../rules.ts'
import { noteApi } from './noteApi.ts'
import { text } from './text.ts'

type FormProps = { task?: Task; party?: { id: number; name: string }; choose?: boolean; close: () => void }
const changes = [noteApi.tasks.key, noteApi.taskCounts.key, partyApi.timeline.key]

/** What, by when, by whom; a time of day makes it an instant in the reader's zone. */
export function TaskForm({ task, party, choose = false, close }: FormProps) {
  const say = useText(text)
  const me = useMe()
  const zone = useZone()
  const [other, setOther] = useState<Picked>()
  const about = party?.id ?? task?.party?.id ?? (other && 'id' in other ? other.id : undefined)
  const people = useQuery(noteApi.assignable.query({ query: about ? { party_id: about } : {} }))
  const known = [
    ...(task ? [{ id: task.assignee.id, name: task.assignee.name }] : []),
    { id: me.id, name: say('me') },
    ...(people.data?.items ?? []),
  ]
  const options = [...new Map(known.map((one) => [one.id, one.id === me.id ? say('me') : one.name]))]
  const at = task?.due_at ? inZone(task.due_at, zone) : undefined
  const field = `tasks.${task?.id ?? 'new'}`
  useEditing(about ?? 0, field, about !== undefined)
  const last = useLastOf(about, field)
  const save = (of: (name: string) => string, if_match: string | null) => {
    const [day, time] = [of('due'), of('time')]
    const body = {
      title: of('title'),
      note: of('note'),
      ...(time && day
        ? { due_on: null, due_at: instantOf(day, time, zone) }
        : { due_on: day || null, due_at: null }),
      priority: of('priority') as TaskWrite['priority'] & {},
      assignee_id: Number(of('assignee')),
    }
    return task && if_match !== null
      ? noteApi.changeTask({ params: { id: task.id }, body, if_match })
      : noteApi.addTask({ body: { ...body, ...(about ? { party_id: about } : {}) } })
  }
  return (
    <MiniForm
      label={say('add_task')}
      close={close}
      changes={changes}
      save={save}
      last={last}
      now={
        task && {
          version: task.version,
          values: {
            title: task.title,
            due: task.due_on ?? at?.day ?? '',
            time: at?.time ?? '',
            priority: task.priority,
            assignee: String(task.assignee.id),
            note: task.note,
          },
        }
      }
    >
      {task && about !== undefined && <EditingHere id={about} field={field} />}
      <Field name="title" label={say('title')} value={task?.title} length={300} required wide focus />
      {choose && !task && (
        <PartyPicker label={say('about')} value={other} onPick={setOther} creates={false} focus={false} />
      )}
      <Field name="due" label={say('due')} type="date" value={task?.due_on ?? at?.day} />
      <Field name="time" label={say('time')} type="time" value={at?.time} />
      <Pick
        name="priority"
        label={say('priority')}
        value={task?.priority ?? 'normal'}
        options={priorities.map((key) => [key, say(key)])}
      />
      <Pick
        key={options.length}
        name="assignee"
        label={say('assignee')}
        value={String(task?.assignee.id ?? me.id)}
        options={options.map(([id, name]) => [String(id), name])}
      />
      <Field name="note" label={say('details')} value={task?.note} length={5000} wide />
    </MiniForm>
  )
}

/** 2026-11-22 and 09:30 in that zone, as an instant. */
function instantOf(day: string, time: string, zone: string): string {
  const asUtc = Date.parse(`${day}T${time.slice(0, 5)}:00Z`)
  const offset = (at: number) => {
    const { day, time } = inZone(new Date(at).toISOString(), zone)
    return Date.parse(`${day}T${time}:00Z`) - at
  }
  // Twice: the first guess may lie on the other side of a change of the clock.
  const guess = asUtc - offset(asUtc)
  return new Date(asUtc - offset(guess)).toISOString()
}
function inZone(iso: string, zone: string): { day: string; time: string } {
  const [day, time] = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'short',
  })
    .format(new Date(iso))
    .split(' ')
  return { day: day!, time: time! }
}
