import type { Static, TSchema } from 'typebox'
import type { Output, Route, Table } from './route.ts'

/** An RFC 9457 answer: `code` is stable, `title` and `detail` are in the caller's language. */
export type Problem = {
  status: number
  code: string
  title: string
  detail: string
  request_id?: string
  details?: Record<string, unknown>
  fields?: { path: string; message: string }[]
}
export class ApiError extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.detail || problem.title)
    this.problem = problem
  }
}

type Given<R, K extends string> = R extends { readonly [key in K]: infer S extends TSchema }
  ? { [key in K]: Static<S> }
  : { [key in K]?: undefined }
export type CallInput<R extends Route> = Given<R, 'params'> &
  Given<R, 'body'> &
  (R extends { query: infer S extends TSchema } ? { query?: Partial<Static<S>> } : { query?: undefined }) & {
    if_match?: string
    idempotency_key?: string
    signal?: AbortSignal
    stream?: Payload
    headers?: Record<string, string>
  }
type Free<I> = { [K in keyof I as undefined extends I[K] ? never : K]: I[K] }
export type Call<R extends Route> =
  {} extends Free<CallInput<R>>
    ? (input?: CallInput<R>) => Promise<Output<R>>
    : (input: CallInput<R>) => Promise<Output<R>>
export type Client<R extends Table> = { readonly [K in keyof R]: Call<R[K]> }

export type Payload = NonNullable<RequestInit['body']>
export type Transport = (request: {
  method: string
  url: string
  headers: Record<string, string>
  body?: Payload
  signal?: AbortSignal
}) => Promise<Response>

/** Route line + input → URL under /api/v1. */
export function urlOf(route: Route, input: { params?: unknown; query?: unknown } = {}): string {
  const params = (input.params ?? {}) as Record<string, unknown>
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])))
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries((input.query ?? {}) as Record<string, unknown>)) {
    if (value === undefined || value === null || value === '') continue
    for (const one of Array.isArray(value) ? value : [value]) query.append(key, String(one))
  }
  const tail = query.toString()
  return `/api/v1${path}${tail ? `?${tail}` : ''}`
}

/** The typed client of a route table: no generated code, no server file imported. */
export function client<R extends Table>(table: R, send: Transport): Client<R> {
  const calls = Object.entries(table).map(([name, route]) => [
    name,
    (input: CallInput<Route> = {} as CallInput<Route>) => call(route, input, send),
  ])
  return Object.fromEntries(calls) as Client<R>
}

async function call(route: Route, input: CallInput<Route>, send: Transport): Promise<unknown> {
  const headers: Record<string, string> = { accept: 'application/json', ...input.headers }
  const body = input.stream ?? (input.body === undefined ? undefined : JSON.stringify(input.body))
  if (input.body !== undefined) headers['content-type'] = 'application/json'
  if (input.if_match) headers['if-match'] = input.if_match
  if (input.idempotency_key) headers['idempotency-key'] = input.idempotency_key
  const answer = await send({
    method: route.method,
    url: urlOf(route, input),
    headers,
    ...(body === undefined ? {} : { body }),
    ...(input.signal ? { signal: input.signal } : {}),
  })
  if (!answer.ok) throw new ApiError(await problemOf(answer))
  if (answer.status === 204) return undefined
  return route.gives === 'file' ? answer : answer.json()
}

async function problemOf(answer: Response): Promise<Problem> {
  try {
    return (await answer.json()) as Problem
  } catch {
    return {
      status: answer.status,
      code: 'kernel.unreachable',
      title: answer.statusText,
      detail: answer.statusText,
    }
  }
}
