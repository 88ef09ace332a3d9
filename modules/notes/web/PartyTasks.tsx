import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useCan, useText } from '../../../apps/web/ui/index.ts'
import { Block } from '../../../apps/web/ui/inplace/inplace.tsx'
import { KeptIn, useKept } from '../../../apps/web/ui/inplace/kept.tsx'
import type { PartyPartProps } from '../../parties/web/part.ts'
import { noteApi } from './noteApi.ts'
import { TaskLine } from './Task.tsx'
import { TaskForm } from './TaskForm.tsx'
import { text } from './text.ts'

/** What is to be done about this customer, the earliest first. */
export function PartyTasks({ party }: PartyPartProps) {
  const say = useText(text)
  const may = useCan()('tasks:write') && party.live && !party.erased_at
  const [adding, setAdding] = useState(false)
  const { data } = useQuery(noteApi.tasks.query({ query: { party_id: party.id, view: 'all', limit: 50 } }))
  const lines = useKept(data?.items ?? [], ({ id }) => id)
  if (!may && data && lines.length === 0) return null
  return (
    <Block
      title={say('tasks')}
      count={data?.items.length}
      add={may && say('add_task')}
      onAdd={() => setAdding(true)}
    >
      {data && lines.length === 0 && !adding && <p className="mut s13">{say('no_tasks')}</p>}
      <ul className="dlist">
        {lines.map(({ one, key, line }) => (
          <KeptIn key={key} line={line}>
            <li>
              <TaskLine task={one} may={may} />
            </li>
          </KeptIn>
        ))}
      </ul>
      {adding && <TaskForm party={party} close={() => setAdding(false)} />}
    </Block>
  )
}
