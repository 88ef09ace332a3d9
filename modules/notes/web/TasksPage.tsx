import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { useEffect, useState } from 'react'
import {
  Empty,
  Fault,
  Go,
  Page,
  Tabs,
  useCan,
  useGo,
  useKeys,
  useSearch,
  useText,
  When,
} from '../../../apps/web/ui/index.ts'
import { useFresh } from '../../../apps/web/ui/inplace/inplace.tsx'
import { KeptIn, useKept } from '../../../apps/web/ui/inplace/kept.tsx'
import type { Task } from '../contract.ts'
import { plain } from '../rules.ts'
import { noteApi } from './noteApi.ts'
import { dayOf, TaskLine, useTaskActs, useToday } from './Task.tsx'
import { TaskForm } from './TaskForm.tsx'
import { text } from './text.ts'
import '../../../apps/web/ui/inplace/inplace.css'
import './notes.css'

const whens = ['overdue', 'today', 'week', 'later', 'done'] as const
const VIEWS = ['mine', 'delegated', 'unit'] as const

/** What is to be done, by when: e is done, s puts it off until tomorrow, n makes a new one. */
export function TasksPage() {
  const say = useText(text)
  const can = useCan()
  const [search, setSearch] = useSearch()
  const finished = search['view'] === 'done'
  const view = VIEWS.find((one) => one === search['view']) ?? 'mine'
  const may = can('tasks:write')
  const [adding, setAdding] = useState(false)
  const list = useInfiniteQuery({
    ...noteApi.tasks.pages({ query: { view, when: finished ? 'done' : 'open', limit: 100 } }),
    enabled: can('tasks:read'),
  })
  const counts = useQuery({ ...noteApi.taskCounts.query(), enabled: can('tasks:read') })
  const rows = list.data?.pages.flatMap((page) => page.items) ?? []
  useKeys([{ keys: 'n', label: say('add_task'), run: () => setAdding(true) }], may)
  const due = counts.data
  return (
    <Page
      title={say('tasks')}
      may="tasks:read"
      note={due && say('page_note', { due: due.overdue, today: due.today, week: due.week })}
      actions={
        may && (
          <Button type="primary" onClick={() => setAdding(true)}>
            {say('add_task')}
          </Button>
        )
      }
      head={
        <Tabs
          label={say('views')}
          items={[...VIEWS.map((key) => ({ key, label: say(key) })), { key: 'done', label: say('finished') }]}
          value={finished ? 'done' : view}
          onChange={(key) => setSearch({ view: key === 'mine' ? undefined : key })}
        />
      }
    >
      <div className="tkp">
        {adding && (
          <div className="tmake">
            <TaskForm choose close={() => setAdding(false)} />
          </div>
        )}
        {view === 'mine' && !finished && can('notes:read') && <Mentions />}
        {list.error && rows.length === 0 && <Fault error={list.error} onRetry={list.refetch} />}
        {list.data && rows.length === 0 && !adding && <Empty title={say('empty')} text={say('empty_text')} />}
        <Buckets key={finished ? 'done' : view} tasks={rows} may={may} />
        {list.hasNextPage && (
          <button type="button" className="lnk" onClick={() => list.fetchNextPage()}>
            {say('more_tasks')}
          </button>
        )}
      </div>
    </Page>
  )
}

function Buckets({ tasks, may }: { tasks: readonly Task[]; may: boolean }) {
  const say = useText(text)
  const rows = useKept(tasks, ({ id }) => id)
  const go = useGo()
  const [at, setAt] = useState(0)
  const chosen = Math.min(at, rows.length - 1)
  const task = rows[chosen]?.one
  useEffect(() => {
    document.querySelector(`.tkp [data-at="${chosen}"]`)?.scrollIntoView({ block: 'nearest' })
  }, [chosen])
  useKeys([
    { keys: 'ArrowDown', run: () => setAt(Math.min(rows.length - 1, chosen + 1)) },
    { keys: 'ArrowUp', run: () => setAt(Math.max(0, chosen - 1)) },
    {
      keys: 'j',
      label: say('key_next'),
      shown: 'j k',
      run: () => setAt(Math.min(rows.length - 1, chosen + 1)),
    },
    { keys: 'k', run: () => setAt(Math.max(0, chosen - 1)) },
    {
      keys: 'Enter',
      label: say('key_open'),
      run: () => task?.party && go(`/customers/${task.party.id}`),
    },
  ])
  return (
    <>
      {task && may && <Keys task={task} />}
      {whens.map((when) => {
        const some = rows.flatMap((row, i) => (row.stood.when === when ? [{ ...row, i }] : []))
        if (some.length === 0) return null
        return (
          <section key={when} aria-label={say(when === 'done' ? 'finished' : when)}>
            {when !== 'done' && <h2 className={when === 'overdue' ? 'late' : ''}>{say(when)}</h2>}
            <ol>
              {some.map(({ one, key, line, i }) => (
                <KeptIn key={key} line={line}>
                  <li data-at={i} className={i === chosen ? 'at' : ''} onPointerDown={() => setAt(i)}>
                    <TaskLine task={one} may={may} party />
                  </li>
                </KeptIn>
              ))}
            </ol>
          </section>
        )
      })}
    </>
  )
}

function Keys({ task }: { task: Task }) {
  const say = useText(text)
  const today = useToday()
  const { done, snooze } = useTaskActs(task)
  useKeys([
    { keys: 'e', label: say('key_done'), run: done },
    ...(task.done_at
      ? []
      : [{ keys: 's', label: say('key_snooze'), run: () => snooze(dayOf('tomorrow', today)) }]),
  ])
  return null
}

function Mentions() {
  const say = useText(text)
  const fresh = useFresh([noteApi.mentions.key, noteApi.taskCounts.key])
  const { data } = useQuery(noteApi.mentions.query())
  const seen = useMutation({
    mutationFn: (note_id: number) => noteApi.seen({ body: { note_ids: [note_id] } }),
    onSuccess: fresh,
  })
  if (!data || data.items.length === 0) return null
  return (
    <section aria-label={say('mentions')}>
      <h2>{say('mentions')}</h2>
      <ul className="dlist">
        {data.items.map((one) => (
          <li key={one.note_id}>
            <div className="row">
              <Go to={`/customers/${one.party.id}`} search={{ kind: 'notes' }} className="lnk b cut">
                {say('by_in', { by: one.by.name ?? say('system'), party: one.party.name })}
              </Go>
              <span className="mut s12 nw">
                <When at={one.at} time />
              </span>
              <span className="sp" />
              <Button size="small" onClick={() => seen.mutate(one.note_id)}>
                {say('seen')}
              </Button>
            </div>
            <p className="s13 sec">{plain(one.body).slice(0, 300)}</p>
          </li>
        ))}
      </ul>
    </section>
  )
}
