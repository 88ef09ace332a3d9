import { type Static, Type as T } from 'typebox'
import { Body, Instant, Nullable, oneOf, route, routes } from '../../kernel/route.ts'

export const findingStates = ['ok', 'warn', 'bad'] as const
const Finding = T.Object({
  check: T.String(),
  state: oneOf(...findingStates),
  message: T.String({ description: "in the caller's language" }),
})
export type Finding = Static<typeof Finding>

export const troubleKinds = ['job', 'backup', 'check', 'fault'] as const
const Trouble = T.Object({
  kind: oneOf(...troubleKinds),
  what: T.String({ description: 'the job, the file, or where in Guanxi' }),
  message: T.String(),
  times: T.Integer(),
  at: Instant,
  run_id: Nullable(T.Integer()),
  request_id: Nullable(T.String()),
})
export type Trouble = Static<typeof Trouble>

const Bytes = T.Integer({ description: 'bytes' })
export const System = T.Object({
  at: Instant,
  findings: T.Array(Finding),
  versions: T.Object({
    guanxi: T.String(),
    node: T.String(),
    postgres: T.String(),
    database: oneOf('embedded', 'external'),
    schema: T.String({ description: 'the latest migration' }),
    schema_at: Instant,
  }),
  database: T.Object({
    bytes: Bytes,
    connections: T.Integer(),
    max_connections: T.Integer(),
    tables: T.Array(
      T.Object({
        name: T.String(),
        bytes: Bytes,
        rows: T.Integer({ description: 'as PostgreSQL estimates' }),
      }),
    ),
  }),
  disk: T.Object({ home: T.String(), free_bytes: Bytes, total_bytes: Bytes }),
  memory: T.Object({
    process_bytes: Bytes,
    free_bytes: Bytes,
    total_bytes: Bytes,
    cores: T.Integer(),
    up_s: T.Integer(),
  }),
  workers: T.Array(T.Object({ name: T.String(), role: T.String(), started_at: Instant, beat_at: Instant })),
  jobs: T.Object({
    waiting: T.Integer(),
    running: T.Integer(),
    done_day: T.Integer(),
    failed_day: T.Integer(),
    oldest_waiting_at: Nullable(Instant),
  }),
  seal: T.Object({
    sealed_at: Nullable(Instant),
    waiting: T.Integer({ description: 'records not sealed yet' }),
  }),
  backup: T.Object({
    taken_at: Nullable(Instant),
    bytes: Bytes,
    verified_at: Nullable(Instant),
    verified: Nullable(T.Boolean()),
    untried: Nullable(
      T.Object(
        { at: Instant, message: T.String() },
        { description: 'the last trial restore was not possible' },
      ),
    ),
  }),
  troubles: T.Array(Trouble, { description: 'of the last 30 days, the latest first; at most 50' }),
})
export type System = Static<typeof System>

export const mailSecurity = ['tls', 'starttls', 'none'] as const
const mail = {
  host: T.String({ maxLength: 253, pattern: '^[\\w.:-]*$' }),
  port: T.Integer({ minimum: 1, maximum: 65535 }),
  security: oneOf(...mailSecurity),
  user: T.String({ maxLength: 320 }),
  from: T.String({ maxLength: 320, description: 'empty: the sign-in name' }),
  to: T.Array(T.String({ format: 'email', maxLength: 320 }), { maxItems: 20 }),
  errors: T.Boolean({ description: 'mail what went wrong, at most once in a quarter of an hour' }),
}
export const Mail = T.Object({
  ...mail,
  has_password: T.Boolean(),
  sent_at: Nullable(Instant),
  failed: Nullable(T.String({ description: 'why the last mail did not leave' })),
})
export type Mail = Static<typeof Mail>
export const MailPatch = T.Partial(
  T.Object({ ...mail, password: T.String({ maxLength: 1000, description: 'kept sealed; never shown' }) }),
  { additionalProperties: false },
)
export type MailPatch = Static<typeof MailPatch>

export const system = routes({
  show: route('GET /system', {
    may: 'system:read',
    does: 'How this installation is: what doctor says, versions, database, disk, memory, jobs, backups, what went wrong',
    gives: System,
  }),
  mail: route('GET /system/mail', {
    may: 'system:read',
    does: 'To whom Guanxi mails what went wrong, and through which server',
    gives: Mail,
  }),
  changeMail: route('PATCH /system/mail', {
    may: 'system:write',
    does: 'Change to whom and through which server',
    body: MailPatch,
    gives: Mail,
    secret: true,
    refuses: ['system.mail_incomplete'],
  }),
  testMail: route('POST /system/mail/test', {
    may: 'system:write',
    does: 'Send a test mail now, with the settings as they are kept',
    body: Body({}),
    gives: Mail,
    refuses: ['system.mail_incomplete', 'system.mail_failed'],
  }),
})
