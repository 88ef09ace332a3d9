import { type Static, Type as T } from 'typebox'
import {
  ById,
  ExportAsked,
  exporting,
  Id,
  Instant,
  Nullable,
  oneOf,
  Page,
  pageOf,
  route,
  routes,
} from '../../kernel/route.ts'

export const runStates = ['waiting', 'running', 'done', 'failed', 'cancelled'] as const
export const RunState = oneOf(...runStates)

const Figures = {
  done: T.Integer(),
  total: Nullable(T.Integer()),
  phase: Nullable(T.String({ description: 'what it is doing now, in the words of the job' })),
  rate: Nullable(T.Number({ description: 'units a second' })),
  eta_ms: Nullable(T.Integer()),
}
const Known = {
  run_id: Id,
  job: T.String({ description: '`module.verb`; its words are under `job.<name>`' }),
  subject: T.Record(T.String(), T.Unknown(), { description: 'what it is about, as {"file": "orders.csv"}' }),
  state: RunState,
}
export const JobRun = T.Object({
  ...Known,
  ...Figures,
  result: T.Unknown({ description: 'what a finished run says of itself' }),
  error: Nullable(
    T.Object({ code: T.String(), message: T.String({ description: "in the caller's language" }) }),
  ),
  cancel_requested: T.Boolean(),
  started_by: Nullable(T.Integer()),
  started_by_name: Nullable(T.String()),
  unit_id: Nullable(T.Integer()),
  created_at: Instant,
  started_at: Nullable(Instant),
  updated_at: Instant,
  finished_at: Nullable(Instant),
})
export type JobRun = Static<typeof JobRun>

/** Topic `job` of GET /events: on opening once per run that is not over, then whenever one moves. */
export const JobEvent = T.Object({
  ...Known,
  ...Figures,
  error: Nullable(T.Object({ code: T.String(), message: T.String() })),
  updated_at: Instant,
})
export type JobEvent = Static<typeof JobEvent>

const Filter = {
  state: T.Optional(RunState),
  job: T.Optional(T.String({ minLength: 1, maxLength: 128 })),
}

export const jobs = routes({
  list: route('GET /jobs', {
    may: 'jobs:read',
    does: 'List runs of long jobs, newest first: your own, and others as far as jobs:read reaches',
    query: T.Object({ ...Page, ...Filter }),
    gives: pageOf(JobRun),
  }),
  exportList: route('GET /jobs/export', {
    ...exporting('jobs'),
    may: 'jobs:read',
    does: 'The runs of the list as filtered, as a CSV or XLSX file',
    query: T.Object({ ...Filter, ...ExportAsked }),
  }),
  get: route('GET /jobs/:id', {
    may: 'jobs:read',
    does: 'Show one run: how far it is, how fast, what came of it',
    params: ById,
    gives: JobRun,
  }),
  cancel: route('POST /jobs/:id/cancel', {
    may: 'jobs:write',
    does: 'Ask a run to stop: the step it is in is rolled back, steps already done stay done',
    params: ById,
    gives: JobRun,
    refuses: ['jobs.ended'],
  }),
  events: route('GET /events', {
    may: 'signed_in',
    does: 'Server-sent events while one looks; topic `job`: the progress of runs in reach. Ends when the sign-in does',
    gives: 'events',
  }),
})
