import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { problemOf, useEvents, useGo, useText, useToast } from '../../../../apps/web/ui/index.ts'
import { isJobEvent } from '../../../jobs/web/run.ts'
import type { Bulk, BulkVerb } from '../../contract.ts'
import { partyApi } from '../partyApi.ts'
import { text } from './text.ts'

// The stream tells twice a second; asking is for when no stream comes through.
const ASK_MS = 2000
export const isOver = ({ state }: Pick<Bulk, 'state'>): boolean => state !== 'waiting' && state !== 'running'

/** A bulk change, live. `onEnd` is called once, when it is over. */
export function useBulk(id: number | null, onEnd?: (bulk: Bulk) => void) {
  const queries = useQueryClient()
  const asked = partyApi.bulkGet.query({ params: { bulk_id: id ?? 0 } })
  const found = useQuery({
    ...asked,
    enabled: id !== null,
    refetchInterval: ({ state }) => (state.data && isOver(state.data) ? false : ASK_MS),
  })
  const bulk = found.data
  useEvents('job', (data) => {
    if (!isJobEvent(data) || !bulk || data.run_id !== bulk.run_id) return
    queries.setQueryData<Bulk>(asked.queryKey, (before) =>
      before && !isOver(before) ? { ...before, done: Math.max(before.done, data.done) } : before,
    )
    if (data.state !== 'waiting' && data.state !== 'running')
      void queries.invalidateQueries({ queryKey: asked.queryKey })
  })
  const end = useRef(onEnd)
  end.current = onEnd
  const over = bulk !== undefined && isOver(bulk)
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it ends
  useEffect(() => {
    if (!over) return
    for (const stale of ['list', 'get', 'history', 'timeline', 'tags'] as const)
      void queries.invalidateQueries({ queryKey: partyApi[stale].key })
    end.current?.(bulk!)
  }, [over, id])
  return found
}

/** Taken back, or done again: from the toast and from the report. */
export function useTurn(onStarted: (id: number) => void) {
  const toast = useToast()
  const say = useText(text)
  return async (id: number, way: 'undo' | 'redo') => {
    try {
      const started = await partyApi[way === 'undo' ? 'bulkUndo' : 'bulkRedo']({ params: { bulk_id: id } })
      onStarted(started.id)
    } catch (error) {
      const problem = problemOf(error)
      toast.error(say('failed', { why: problem?.detail || problem?.title || String(error) }))
    }
  }
}

/** From start to toast, with the way back. */
export function useBulkRun() {
  const say = useText(text)
  const toast = useToast()
  const go = useGo()
  const [id, setId] = useState<number | null>(null)
  const turn = useTurn(setId)
  const told = (bulk: Bulk) => {
    setId(null)
    const { state, changed: n, refused, direction, error } = bulk
    if (state === 'failed') return toast.error(say('broke', { why: error?.message ?? '' }))
    const done =
      direction === 'do'
        ? say(`done_${bulk.action.do satisfies BulkVerb}`, { n })
        : say(`done_${direction}`, { n })
    const left = refused > 0 ? ` · ${say('left_n', { n: refused })}` : ''
    const line = state === 'cancelled' ? say('stopped', { n }) : `${done}${left}`
    const { next } = bulk.undo
    if (refused > 0) toast.ok(line, { label: say('see'), run: () => go(`/bulk/${bulk.id}`) })
    else if (next) toast.ok(line, { label: say(next), run: () => void turn(bulk.id, next) })
    else toast.ok(line)
  }
  const { data: running } = useBulk(id, told)
  return { running: id === null ? undefined : running, start: setId }
}
