import { useQuery } from '@tanstack/react-query'
import { useCan } from '../../../apps/web/ui/index.ts'
import { noteApi } from './noteApi.ts'
import './notes.css'

const ASK_MS = 60_000
/** Only what is due: overdue, today, and mentions not yet seen. */
export function TaskBadge() {
  const can = useCan()
  const { data } = useQuery({
    ...noteApi.taskCounts.query(),
    enabled: can('tasks:read'),
    refetchInterval: ASK_MS,
  })
  const due = data ? data.overdue + data.today + data.mentions : 0
  return due > 0 ? <span className="due">{due > 99 ? '99+' : due}</span> : null
}
