import {
  Link,
  useNavigate,
  useParams as useRouteParams,
  useSearch as useRouteSearch,
} from '@tanstack/react-router'
import { type ReactNode, useCallback } from 'react'

export type Search = Readonly<Record<string, string | undefined>>

/** Filters, order, peek and tab live in the address; values are plain strings. */
export function useSearch(): [Search, (patch: Search, how?: { push?: boolean }) => void] {
  const search = useRouteSearch({ strict: false }) as Search
  const navigate = useNavigate()
  const set = useCallback(
    (patch: Search, how: { push?: boolean } = {}) => {
      const next = (before: Search) => clean({ ...before, ...patch })
      void navigate({ to: '.', search: next as never, replace: !how.push, resetScroll: false })
    },
    [navigate],
  )
  return [search, set]
}

export const useParams = (): Readonly<Record<string, string>> => useRouteParams({ strict: false })

/** Go somewhere from code: `go('/customers/12')`. */
export function useGo() {
  const navigate = useNavigate()
  return useCallback(
    (to: string, search: Search = {}) => void navigate({ to, search: clean(search) as never }),
    [navigate],
  )
}

type GoProps = {
  to: string
  search?: Search
  className?: string
  title?: string
  children: ReactNode
  label?: string
}
/** A link within Guanxi. */
export const Go = ({ to, search, className, title, children, label }: GoProps) => (
  <Link to={to} search={clean(search ?? {}) as never} className={className} title={title} aria-label={label}>
    {children}
  </Link>
)

const clean = (search: Search): Search =>
  Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined && value !== ''))

export const parseSearch = (search: string): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(search.replace(/^\?/, '')))
export function stringifySearch(search: Record<string, unknown>): string {
  const pairs = Object.entries(search).filter(([, value]) => value !== undefined && value !== '')
  const tail = new URLSearchParams(pairs.map(([key, value]) => [key, String(value)])).toString()
  return tail ? `?${tail}` : ''
}
