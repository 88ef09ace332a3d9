import { useQueryClient } from '@tanstack/react-query'
import { useEvents } from '../../../apps/web/ui/index.ts'
import { isJobEvent, isOver } from '../../jobs/web/run.ts'

/** What a run has computed anew is fetched anew. */
export function useFreshValue(): void {
  const queries = useQueryClient()
  useEvents('job', (data) => {
    if (isJobEvent(data) && data.job.startsWith('value.') && isOver(data))
      void queries.invalidateQueries({ queryKey: ['value'] })
  })
}
