import { keepPreviousData, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import Button from 'antd/es/button'
import { useMemo } from 'react'
import {
  DataTable,
  Empty,
  ExportMenu,
  Page,
  problemOf,
  Tabs,
  useCan,
  useEvents,
  useGo,
  useNarrow,
  useSearch,
  useText,
  useToast,
} from '../../../apps/web/ui/index.ts'
import { type JobRun, runStates } from '../contract.ts'
import { jobHeadings } from '../text.export.ts'
import { JobPeek } from './JobPeek.tsx'
import { jobApi } from './jobApi.ts'
import { JobNarrow, useJobColumns } from './jobColumns.tsx'
import { isJobEvent, isOver, moved } from './run.ts'
import { text } from './text.ts'
import './jobs.css'

const keyOf = (run: JobRun) => run.run_id
const narrowRow = (run: JobRun) => <JobNarrow run={run} />
// While something runs, and no stream comes through.
const ASK_MS = 5000

export function JobsPage() {
  const say = useText(text)
  const go = useGo()
  const can = useCan()
  const narrow = useNarrow()
  const [search, setSearch] = useSearch()
  const state = runStates.find((one) => one === search['state'])
  const { list, rows } = useRuns(state)
  const stop = useStop()
  const columns = useJobColumns(can('jobs:write') ? stop : undefined)
  const peek = Number(search['peek']) || undefined
  const shown = rows.find((run) => run.run_id === peek)
  const tabs = [{ key: 'all', label: say('all') }, ...runStates.map((key) => ({ key, label: say(key) }))]
  return (
    <Page
      title={say('title')}
      may="jobs:read"
      note={say('lead')}
      actions={
        <ExportMenu
          headings={jobHeadings}
          shown={Object.keys(jobHeadings)}
          ask={(how, signal) => jobApi.exportList({ query: { ...(state ? { state } : {}), ...how }, signal })}
        />
      }
      head={
        <Tabs
          label={say('views')}
          items={tabs}
          value={state ?? 'all'}
          onChange={(key) => setSearch({ state: key === 'all' ? undefined : key, peek: undefined })}
        />
      }
      peek={
        shown && !narrow ? (
          <JobPeek
            run={shown}
            onClose={() => setSearch({ peek: undefined })}
            onStop={can('jobs:write') ? stop : undefined}
          />
        ) : undefined
      }
    >
      <DataTable
        name="jobs"
        label={say('title')}
        columns={columns}
        rows={rows}
        source={list}
        keyOf={keyOf}
        peek={peek}
        onPeek={(key) => setSearch({ peek: key === undefined ? undefined : String(key) })}
        narrow={narrowRow}
        empty={
          state ? (
            <Empty
              title={say('none_title')}
              text={say('none_text')}
              action={<Button onClick={() => setSearch({ state: undefined })}>{say('see_all')}</Button>}
            />
          ) : (
            <Empty
              title={say('empty_title')}
              text={say('empty_text')}
              action={
                can('imports:write') && <Button onClick={() => go('/import')}>{say('empty_import')}</Button>
              }
            />
          )
        }
      />
    </Page>
  )
}

function useRuns(state: JobRun['state'] | undefined) {
  const can = useCan()
  const queries = useQueryClient()
  const asked = jobApi.list.pages({ query: { limit: 50, ...(state ? { state } : {}) } })
  const list = useInfiniteQuery({
    ...asked,
    placeholderData: keepPreviousData,
    enabled: can('jobs:read'),
    refetchInterval: ({ state: now }) =>
      now.data?.pages[0]?.items.some((run) => !isOver(run)) ? ASK_MS : false,
  })
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data])
  useEvents('job', (data) => {
    if (!isJobEvent(data)) return
    const known = rows.find((run) => run.run_id === data.run_id)
    // A run that is new here, or that leaves this state, changes which rows there are.
    if (!known || (isOver(data) && !isOver(known)) || data.state !== known.state)
      void queries.invalidateQueries({ queryKey: jobApi.list.key })
    else
      queries.setQueryData<typeof list.data>(asked.queryKey, (before) =>
        before
          ? {
              ...before,
              pages: before.pages.map((page) => ({
                ...page,
                items: page.items.map((run) => (run.run_id === data.run_id ? moved(run, data) : run)),
              })),
            }
          : before,
      )
  })
  return { list, rows }
}

function useStop() {
  const say = useText(text)
  const toast = useToast()
  const queries = useQueryClient()
  const { mutate } = useMutation({
    mutationFn: (run_id: number) => jobApi.cancel({ params: { id: run_id } }),
    onSuccess: () => toast.ok(say('stop_asked')),
    onError: (error) => toast.error(problemOf(error)?.detail ?? error.message),
    onSettled: () => queries.invalidateQueries({ queryKey: jobApi.list.key }),
  })
  return mutate
}
