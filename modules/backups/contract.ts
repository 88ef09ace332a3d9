import { type Static, Type as T } from 'typebox'
import { Body, ById, Id, Instant, Nullable, oneOf, Page, pageOf, route, routes } from '../../kernel/route.ts'

export const origins = ['person', 'nightly', 'terminal', 'upload', 'found'] as const
export const backupStates = ['running', 'done', 'failed'] as const

const Failure = T.Object({ code: T.String(), message: T.String() })
const Check = T.Object({
  at: Nullable(Instant),
  ok: Nullable(T.Boolean({ description: 'null: it could not be tried' })),
  tables: T.Integer({ description: 'compared, byte for byte' }),
  rows: T.Integer(),
  differing: T.Array(T.String()),
  audit_ok: Nullable(T.Boolean({ description: 'null: sealed with another key, so nobody here can tell' })),
  seconds: T.Number(),
  error: Nullable(Failure),
})
export type Check = Static<typeof Check>

export const Backup = T.Object({
  id: Id,
  file: T.String(),
  origin: oneOf(...origins),
  state: oneOf(...backupStates),
  there: T.Boolean({ description: 'the file is in the folder' }),
  bytes: T.Integer(),
  rows: T.Integer(),
  taken_at: Nullable(Instant),
  company: T.String(),
  guanxi: T.String(),
  schema_version: T.Integer(),
  postgres: T.String(),
  own_key: Nullable(T.Boolean({ description: 'its audit is sealed with this installation’s key' })),
  with_key: T.Boolean(),
  check: Nullable(Check),
  error: Nullable(Failure),
  run_id: Nullable(Id),
  created_by: Nullable(T.Object({ id: Id, name: T.String() })),
  created_at: Instant,
  finished_at: Nullable(Instant),
})
export type Backup = Static<typeof Backup>

const Keep = (maximum: number) => T.Integer({ minimum: 0, maximum })
const settings = {
  nightly: T.Boolean(),
  hour: T.Integer({ minimum: 0, maximum: 23, description: 'in the company’s zone' }),
  keep_daily: Keep(366),
  keep_weekly: Keep(520),
  keep_monthly: Keep(240),
  verify: T.Boolean({ description: 'restore the newest backup beside the house once a week, and compare' }),
}
const Settings = T.Object({
  ...settings,
  folder: T.String({ description: 'on the server' }),
  free_bytes: T.Integer(),
  zone: T.String(),
  key_fingerprint: T.String({ description: 'of this installation’s seal.key' }),
})
export type Settings = Static<typeof Settings>
export const restoreStates = ['running', 'done', 'failed'] as const
const Restore = T.Object({
  state: Nullable(oneOf(...restoreStates)),
  file: T.String(),
  company: T.String(),
  taken_at: Nullable(Instant),
  asked_by: T.String(),
  started_at: Nullable(Instant),
  finished_at: Nullable(Instant),
  error: Nullable(Failure),
})
export type Restore = Static<typeof Restore>

const read = 'backups:read'
const write = 'backups:write'
const badFile = [
  'backups.foreign',
  'backups.truncated',
  'backups.damaged',
  'backups.tampered',
  'backups.encrypted',
  'backups.unsafe_name',
  'backups.newer',
  'backups.newer_format',
] as const

export const backups = routes({
  list: route('GET /backups', {
    may: read,
    does: 'Backups on the server, the latest first, with what their last trial restore found',
    query: T.Object({ ...Page }),
    gives: pageOf(Backup),
    refuses: ['kernel.bad_cursor'],
  }),
  take: route('POST /backups', {
    may: write,
    does: 'Back everything up into the server’s folder. Follow `run_id`',
    body: Body({
      with_key: T.Optional(
        T.Boolean({ description: 'put the audit’s seal key into it: keep such a file like a key' }),
      ),
    }),
    gives: Backup,
    creates: true,
    refuses: ['backups.needs_all', 'backups.under_way'],
  }),
  everything: route('GET /backups/everything', {
    may: write,
    does: 'Everything there is, as one open archive (ZIP of CSV), written as it is sent',
    gives: 'file',
    refuses: ['backups.needs_all'],
  }),
  upload: route('POST /backups/file', {
    may: write,
    does: 'Bring a backup along: the bytes of the file',
    query: T.Object({ name: T.String({ minLength: 1, maxLength: 155 }) }),
    takes: 'stream',
    gives: Backup,
    creates: true,
    refuses: ['backups.needs_all', 'backups.bad_name', 'backups.exists', 'backups.broken_upload', ...badFile],
  }),
  settings: route('GET /backups/settings', {
    may: read,
    does: 'When the nightly backup is taken, how many are kept, and where',
    gives: Settings,
  }),
  change: route('PATCH /backups/settings', {
    may: write,
    does: 'Change when the nightly backup is taken and how many are kept',
    body: T.Partial(T.Object(settings), { additionalProperties: false }),
    gives: Settings,
  }),
  restoring: route('GET /backups/restore', {
    may: read,
    does: 'How the last restore that was asked for on this server went',
    gives: Restore,
  }),
  get: route('GET /backups/:id', { may: read, does: 'One backup', params: ById, gives: Backup }),
  download: route('GET /backups/:id/file', {
    may: write,
    does: 'The file of a backup',
    params: ById,
    gives: 'file',
    refuses: ['backups.needs_all', 'backups.not_whole', 'backups.no_file'],
  }),
  verify: route('POST /backups/:id/verify', {
    may: write,
    does: 'Restore it beside the house, compare every table, prove the audit chain. Follow `run_id` in Jobs',
    params: ById,
    gives: Backup,
    refuses: ['backups.not_whole', 'backups.no_file'],
  }),
  restore: route('POST /backups/:id/restore', {
    may: write,
    does: 'Put this backup in place of everything. Until it is done every request answers 503; afterwards everybody signs in again',
    params: ById,
    body: Body({
      company_name: T.String({ maxLength: 500, description: 'typed as it stands in the settings' }),
    }),
    gives: Restore,
    refuses: ['backups.needs_all', 'backups.wrong_name', 'backups.restoring', 'backups.no_file', ...badFile],
  }),
  remove: route('DELETE /backups/:id', {
    may: write,
    does: 'Delete a backup with its file',
    params: ById,
    gives: 'nothing',
    refuses: ['backups.under_way'],
  }),
})
