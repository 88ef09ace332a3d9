import { ApiError, type Call, client, type Problem, type Transport } from '../../../../kernel/client.ts'
import type { Output, Route, Table } from '../../../../kernel/route.ts'
import { locale } from './locale.ts'
import { uniqueKey } from './store.ts'

declare module '@tanstack/react-query' {
  interface Register {
    defaultError: Error
  }
}

let csrf = ''
/** Kept in memory only; it comes with the session and goes with the tab. */
export const setCsrf = (token: string) => {
  csrf = token
}

let onSignedOut: () => void = () => undefined
export const whenSignedOut = (run: () => void) => {
  onSignedOut = run
}

const unreachable: Problem = { status: 0, code: 'kernel.unreachable', title: '', detail: '' }

const send: Transport = async ({ method, url, headers, body, signal }) => {
  const all: Record<string, string> = { ...headers, 'accept-language': locale() }
  if (method !== 'GET') all['x-csrf-token'] = csrf
  const options: RequestInit = { method, headers: all, credentials: 'same-origin' }
  if (body !== undefined) options.body = body
  if (signal) options.signal = signal
  try {
    const answer = await fetch(url, options)
    if (answer.status === 401) onSignedOut()
    return answer
  } catch (error) {
    if (signal?.aborted) throw error
    throw new ApiError(unreachable)
  }
}

type Query<O> = {
  queryKey: readonly unknown[]
  queryFn: (context: { signal: AbortSignal }) => Promise<O>
}
type Paged<O> = {
  queryKey: readonly unknown[]
  queryFn: (context: { signal: AbortSignal; pageParam: string | null }) => Promise<O>
  initialPageParam: string | null
  getNextPageParam: (last: O) => string | null
}
export type Bound<R extends Route> = Call<R> & {
  /** For useQuery: key and fetcher in one. */
  query: (...input: Parameters<Call<R>>) => Query<Output<R>>
  /** For useInfiniteQuery over pages by key. */
  pages: (...input: Parameters<Call<R>>) => Paged<Output<R>>
  /** Starts the key of everything that this route has fetched: for invalidation. */
  key: readonly [module: string, route: string]
}
export type Api<R extends Table> = { readonly [K in keyof R]: Bound<R[K]> }

/** A module's route table as functions of the browser: `partyApi.list.query({ query: { q } })`. */
export function api<R extends Table>(module: string, table: R): Api<R> {
  const calls = client(table, send) as unknown as Record<string, (input: object) => Promise<unknown>>
  const bound = Object.entries(table).map(([name, route]) => [name, bind(module, name, route, calls[name]!)])
  return Object.fromEntries(bound) as Api<R>
}

type Loose = { query?: object; idempotency_key?: string }

function bind(module: string, name: string, route: Route, fetchIt: (input: object) => Promise<unknown>) {
  // A creating POST that is sent again by a nervous network must still create one thing.
  const call = (input: Loose = {}) =>
    fetchIt(route.creates && !input.idempotency_key ? { ...input, idempotency_key: uniqueKey() } : input)
  const key = [module, name] as const
  const query = (input: Loose = {}) => ({
    queryKey: [...key, input],
    queryFn: ({ signal }: { signal: AbortSignal }) => fetchIt({ ...input, signal }),
  })
  const pages = (input: Loose = {}) => ({
    queryKey: [...key, 'pages', input],
    queryFn: ({ signal, pageParam }: { signal: AbortSignal; pageParam: string | null }) =>
      fetchIt({ ...input, query: { ...input.query, cursor: pageParam ?? undefined }, signal }),
    initialPageParam: null,
    getNextPageParam: (last: unknown) => (last as { next: string | null }).next,
  })
  return Object.assign(call, { query, pages, key })
}

/** What went wrong in the API's terms, or undefined when the page itself is at fault. */
export const problemOf = (error: unknown): Problem | undefined =>
  error instanceof ApiError ? error.problem : undefined

/** A refusal stays a refusal however often one asks; a lost connection may come back. */
export const mayRetry = (times: number, error: unknown): boolean => {
  const status = problemOf(error)?.status
  return times < 2 && (status === 0 || (status !== undefined && status >= 502))
}
