import { useRouterState } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useMe } from '../../../apps/web/ui/index.ts'
import { remember, remembered } from '../../../apps/web/ui/state/store.ts'

// Only ids stay in the browser: what they are called, and whether one may still see them, the server says each time.
export type Visit = { kind: 'party' | 'order'; id: number; party?: number }
const KEPT = 12
const keyOf = (user_id: number) => `guanxi.visited.${user_id}`

export function visitsOf(user_id: number): Visit[] {
  try {
    const list: unknown = JSON.parse(remembered(keyOf(user_id)) ?? '[]')
    return Array.isArray(list) ? list.filter(isVisit).slice(0, KEPT) : []
  } catch {
    return []
  }
}
const isVisit = (one: unknown): one is Visit => {
  const { kind, id } = (one ?? {}) as Partial<Visit>
  return (kind === 'party' || kind === 'order') && Number.isSafeInteger(id)
}

/** Keeps what one opens, newest first. */
export function useVisits(): void {
  const { id: user_id } = useMe()
  const at = useRouterState({
    select: ({ location }) =>
      `${location.pathname}?${(location.search as Record<string, unknown>)['see'] ?? ''}`,
  })
  useEffect(() => {
    const [, party, order] = /^\/customers\/(\d+)\?(?:order-(\d+))?/.exec(at) ?? []
    if (party === undefined) return
    const visit: Visit = order
      ? { kind: 'order', id: Number(order), party: Number(party) }
      : { kind: 'party', id: Number(party) }
    const others = visitsOf(user_id).filter((one) => one.kind !== visit.kind || one.id !== visit.id)
    remember(keyOf(user_id), JSON.stringify([visit, ...others].slice(0, KEPT)))
  }, [at, user_id])
}
