import { type Ctx, planned } from '../../kernel/ctx.ts'
import { notFound } from '../../kernel/refuse.ts'
import type { AuditDetail, AuditRow } from './contract.ts'
import { present, type Stored, storedOf } from './rows.ts'
import { conditionsOf, type Found } from './search.ts'
import { undoOf } from './undo.ts'

/** One record, if the caller's reach over the audit holds it; else 404. */
export async function one(ctx: Ctx, audit_id: number): Promise<{ stored: Stored; row: AuditRow }> {
  const c = conditionsOf(ctx, {})
  const id = c.$(audit_id)
  const all = [`a.audit_id = ${id}::bigint`, ...c.walk, ...c.rest].join(' and ')
  const [found] = await planned<Found>(
    ctx,
    `select a.audit_id, a.at, a.party_id from audit a where ${all} limit 1`,
    c.values,
  )
  if (!found) return notFound()
  const [stored] = await storedOf(ctx, [found])
  const [row] = await present(ctx, [stored!])
  return { stored: stored!, row: row! }
}

type Seal = NonNullable<AuditDetail['seal']>

export async function detailOf(ctx: Ctx, { params }: { params: { id: number } }): Promise<AuditDetail> {
  const { stored, row } = await one(ctx, params.id)
  const [sealed] = await planned<Seal>(
    ctx,
    `select seq, sealed_at, key_fingerprint, cardinality(audit_ids) as rows from seal
     where last_at >= $2::timestamptz and first_at <= $2::timestamptz and $1::bigint = any(audit_ids) limit 1`,
    [stored.audit_id, stored.at],
  )
  const [digest] = await planned<{ digest: string }>(
    ctx,
    "select encode(digest, 'hex') as digest from audit where audit_id = $1 and at = $2::timestamptz",
    [stored.audit_id, stored.at],
  )
  return {
    ...row,
    digest: digest!.digest,
    seal: sealed ?? null,
    request_rows: await requestRows(ctx, stored.request_id),
    undo: await undoOf(ctx, stored),
  }
}

async function requestRows(ctx: Ctx, request_id: string): Promise<number> {
  const c = conditionsOf(ctx, { request_id })
  const [row] = await planned<{ n: number }>(
    ctx,
    `select count(*)::int as n from (select from audit a where ${[...c.walk, ...c.rest].join(' and ')} limit 1000) x`,
    c.values,
  )
  return row!.n
}
