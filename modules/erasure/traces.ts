import { type Ctx, planned } from '../../kernel/ctx.ts'
import type { Module } from '../../kernel/module.ts'
import type { Keeper, Kept, Part, Person } from '../../kernel/personal.ts'
import { copyText } from './text.ts'

// What the kernel's own tables keep of a party: what its records were, answers kept for retries, what jobs were about.
// unscoped: the erasure has reached the party

// An answer is a party's when it is the party, or names it: POST /parties… answers the party itself.
const ANSWERS = `(i.party_id = $1 or (i.route like 'POST /parties%' and i.answer ->> 'id' = $1::text) or i.answer #>> '{party,id}' = $1::text)`

async function parts(ctx: Ctx, person: Person): Promise<Part[]> {
  const [row] = await planned<{ audits: number; answers: number }>(
    ctx,
    `select (select count(*)::int from audit where party_id = $1 and payload is not null) as audits,
       (select count(*)::int from idempotency i where ${ANSWERS}) as answers`,
    [person.party_id],
  )
  return [
    {
      what: 'audit',
      says: { zh: '操作记录的内容', en: 'Contents of audit records' },
      fate: 'pseudonymised',
      count: row!.audits + (await othersOf(ctx, person)).length,
      because: {
        zh: '保留谁在何时做了什么，内容抹去，审计链仍可校验',
        en: 'Who did what and when stays, what it said goes; the chain still verifies',
      },
    },
    {
      what: 'idempotency',
      says: { zh: '为重试保存的应答', en: 'Answers kept for retries' },
      fate: 'removed',
      count: row!.answers,
    },
    {
      what: 'job_run',
      says: { zh: '后台任务里出现的姓名', en: 'Jobs whose subject names them' },
      fate: 'removed',
      count: (await runsOf(ctx, person)).length,
    },
  ]
}

async function runsOf(ctx: Ctx, { mentions }: Person): Promise<number[]> {
  const rows = await planned<{ run_id: number; texts: string }>(
    ctx,
    "select run_id, concat_ws(chr(10), subject, result, error, cursor) as texts from job_run where (subject, result, error, cursor) is distinct from ('{}'::jsonb, null, null, null)",
    [],
  )
  return rows.filter(({ texts }) => mentions(texts)).map(({ run_id }) => run_id)
}

type Other = { audit_id: number; at: string }
const others = new WeakMap<Person, Other[]>()

/** Records about no party that name this one all the same: what a list was searched for when it was exported. */
export async function othersOf(ctx: Ctx, person: Person): Promise<Other[]> {
  const known = others.get(person)
  if (known) return known
  const rows = await planned<Other & { text: string }>(
    ctx,
    `select a.audit_id, a.at, a.payload::text as text from audit a
     where a.party_id = 0 and a.payload <> '{}' and a.subject = any($1::text[])`,
    [['export', 'import', 'audit', 'job_run']],
  )
  const found = rows.filter(({ text }) => person.mentions(text)).map(({ audit_id, at }) => ({ audit_id, at }))
  others.set(person, found)
  return found
}

async function erase(ctx: Ctx, person: Person): Promise<void> {
  const named = await othersOf(ctx, person)
  await planned(
    ctx,
    `update audit a set salt = null, payload = null from unnest($1::bigint[], $2::timestamptz[]) as w (audit_id, at)
     where a.party_id = 0 and a.audit_id = w.audit_id and a.at = w.at`,
    [named.map(({ audit_id }) => audit_id), named.map(({ at }) => at)],
  )
  await planned(ctx, `delete from idempotency i where ${ANSWERS}`, [person.party_id])
  await planned(
    ctx,
    "update job_run set subject = '{}', result = null, error = null, cursor = null where run_id = any($1::bigint[]) and state not in ('waiting', 'running')",
    [await runsOf(ctx, person)],
  )
  await planned(
    ctx,
    'update audit set salt = null, payload = null where party_id = $1 and payload is not null',
    [person.party_id],
  )
}

async function everything(ctx: Ctx, { party_id }: Person): Promise<Kept[]> {
  const rows = await planned<Record<string, unknown>>(
    ctx,
    `select a.audit_id, a.at, coalesce(u.name, k.name, a.actor_kind) as who, a.action, a.subject, a.subject_id, a.payload as was
     from audit a left join app_user u on a.actor_kind = 'user' and u.user_id = a.actor_id
     left join api_key k on a.actor_kind = 'key' and k.key_id = a.actor_id
     where a.party_id = $1 order by a.at, a.audit_id`,
    [party_id],
  )
  return [{ what: 'changes', says: copyText.audit, rows }]
}

const traceKeeper: Keeper = { parts, erase, everything }

/** Everybody who keeps something about a party, the kernel's own tables last. */
export const keepersOf = (modules: readonly Module[]): Keeper[] => [
  ...modules.flatMap(({ keeps }) => (keeps ? [keeps] : [])),
  traceKeeper,
]
