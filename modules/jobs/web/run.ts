import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useCan, useEvents } from '../../../apps/web/ui/index.ts'
import type { JobEvent, JobRun } from '../contract.ts'
import { jobApi } from './jobApi.ts'

// The stream tells twice a second; asking is for when no stream comes through (a proxy that buffers, say).
const ASK_MS = 2000

export const isOver = ({ state }: Pick<JobRun, 'state'>): boolean =>
  state !== 'waiting' && state !== 'running'

export const isJobEvent = (data: unknown): data is JobEvent =>
  typeof data === 'object' && data !== null && 'run_id' in data && 'state' in data

/** A run's row moved on by what the stream says; what the stream does not say stays. */
export const moved = <R extends JobRun>(run: R, said: JobEvent): R =>
  said.updated_at < run.updated_at ? run : { ...run, ...said }

/** One run, live. `onEnd` is called once, when it is over. */
export function useRun(run_id: number | null, onEnd: () => void): JobRun | undefined {
  const can = useCan()
  const queries = useQueryClient()
  const asked = jobApi.get.query({ params: { id: run_id ?? 0 } })
  const { data: run } = useQuery({
    ...asked,
    enabled: run_id !== null && can('jobs:read'),
    refetchInterval: ({ state }) => (state.data && isOver(state.data) ? false : ASK_MS),
  })
  useEvents('job', (data) => {
    if (!isJobEvent(data) || data.run_id !== run_id) return
    queries.setQueryData<JobRun>(asked.queryKey, (before) => before && moved(before, data))
    if (isOver(data)) void queries.invalidateQueries({ queryKey: asked.queryKey })
  })
  const end = useRef(onEnd)
  end.current = onEnd
  const over = run !== undefined && isOver(run)
  useEffect(() => {
    if (over && run_id !== null) end.current()
  }, [over, run_id])
  return run
}
