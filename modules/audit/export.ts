import { PassThrough } from 'node:stream'
import { record } from '../../kernel/audit.ts'
import { atomically, type Ctx, planned } from '../../kernel/ctx.ts'
import type { FileAnswer } from '../../kernel/module.ts'
import { fingerprintOf } from '../../kernel/seal.ts'
import { ZipWriter } from '../../packages/zip/src/index.ts'
import { companyOf } from '../access/company.ts'
import type { AuditFilter, AuditRow, exportFormats } from './contract.ts'
import { explanation } from './export.text.ts'
import { isHidden, present, type Stored, storedOf } from './rows.ts'
import { type Place, search } from './search.ts'
import { unseenBy } from './unseen.ts'

// The filtered records for an auditor, written as they are read. In the ZIP stand the seals too, whole, so that every
// leaf, root and link can be recomputed; only the macs need the key.

const PAGE = 500
type Format = (typeof exportFormats)[number]
const types: Record<Format, string> = {
  zip: 'application/zip',
  jsonl: 'application/jsonl; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
}

export async function exportAudit(
  ctx: Ctx,
  { query }: { query: AuditFilter & { format?: Format } },
): Promise<FileAnswer> {
  const { format = 'zip', ...filter } = query
  await atomically(ctx, (ctx) =>
    record(ctx, {
      action: 'audit.exported',
      subject: 'audit',
      subject_id: 0,
      was: { format, filters: filter },
      event: false,
    }),
  )
  const out = new PassThrough()
  const put = async (bytes: Buffer | string) => {
    if (out.destroyed) throw new Error('the reader went')
    if (!out.write(bytes)) await new Promise<void>((go) => out.once('drain', go).once('close', go))
  }
  const work = format === 'zip' ? zipped(ctx, filter, put) : plain(ctx, filter, format, put)
  work.then(
    () => out.end(),
    (error: Error) => out.destroy(error),
  )
  const day = ctx.now.toISOString().slice(0, 10)
  return { stream: out, type: types[format], name: `audit-${day}.${format}` }
}

type Put = (bytes: Buffer | string) => Promise<void>

/** Everything that is not newer than the export itself, in pages by key. */
async function* pages(ctx: Ctx, filter: AuditFilter): AsyncGenerator<{ stored: Stored[]; rows: AuditRow[] }> {
  for (let place: Place | null = null; ; ) {
    const { found, next } = await search(ctx, filter, place, PAGE)
    if (found.length > 0) {
      const stored = await storedOf(ctx, found)
      yield { stored, rows: await present(ctx, stored) }
    }
    if (!next) return
    place = next
  }
}

type Raw = {
  audit_id: number
  digest: string
  salt: string | null
  content: string | null
  seal: number | null
}
// The seal of each row: by time first, for ids are named in arrays.
const rawText = `
select a.audit_id, encode(a.digest, 'hex') as digest, encode(a.salt, 'hex') as salt, a.payload::text as content,
  (select s.seq from seal s where s.last_at >= a.at and s.first_at <= a.at and a.audit_id = any(s.audit_ids) limit 1) as seal
from unnest($1::bigint[], $2::timestamptz[]) as w (audit_id, at) join audit a on a.audit_id = w.audit_id and a.at = w.at`

async function* lines(ctx: Ctx, filter: AuditFilter, seals: Set<number>): AsyncGenerator<Line> {
  const unseen = await unseenBy(ctx)
  for await (const { stored, rows } of pages(ctx, filter)) {
    const raws = await planned<Raw>(ctx, rawText, [
      stored.map((row) => row.audit_id),
      stored.map((row) => row.at),
    ])
    const of = new Map(raws.map((raw) => [raw.audit_id, raw]))
    for (const [i, row] of rows.entries()) {
      const raw = of.get(row.audit_id)!
      if (raw.seal !== null) seals.add(raw.seal)
      yield lineOf(stored[i]!, row, raw, isHidden(ctx, row, stored[i]!, unseen))
    }
  }
}

type Line = ReturnType<typeof lineOf>
const lineOf = (stored: Stored, row: AuditRow, raw: Raw, hidden: boolean) => ({
  audit_id: row.audit_id,
  at: row.at,
  says: row.says,
  actor_kind: row.actor.kind,
  actor_id: row.actor.id,
  actor: row.actor.name,
  source: row.source,
  request_id: row.request_id,
  action: row.action,
  subject: row.subject,
  subject_id: row.subject_id,
  party_id: stored.party_id,
  party: row.party?.name ?? null,
  changes: row.changes,
  erased: row.erased,
  withheld: hidden,
  content: hidden ? null : raw.content,
  salt: hidden ? null : raw.salt,
  digest: raw.digest,
  seal: raw.seal,
})

async function plain(ctx: Ctx, filter: AuditFilter, format: 'jsonl' | 'csv', put: Put): Promise<void> {
  const seals = new Set<number>()
  if (format === 'csv') await put(`\ufeff${csvHead}\r\n`)
  for await (const line of lines(ctx, filter, seals))
    await put(format === 'csv' ? `${csvLine(line)}\r\n` : `${JSON.stringify(line)}\n`)
}

const csvColumns = [
  'audit_id',
  'at',
  'says',
  'actor_kind',
  'actor_id',
  'actor',
  'source',
  'request_id',
  'action',
  'subject',
  'subject_id',
  'party_id',
  'party',
  'changes',
  'erased',
  'withheld',
  'digest',
  'seal',
] as const satisfies readonly (keyof Line)[]
const csvHead = csvColumns.join(',')
/** A cell that a spreadsheet would take for a formula is marked as text. */
const cell = (value: unknown): string => {
  const text =
    value === null || value === undefined
      ? ''
      : typeof value === 'object'
        ? JSON.stringify(value)
        : String(value)
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
const csvLine = (line: Line): string => csvColumns.map((column) => cell(line[column])).join(',')

async function zipped(ctx: Ctx, filter: AuditFilter, put: Put): Promise<void> {
  const zip = new ZipWriter(put, ctx.now)
  const seals = new Set<number>()
  async function* records() {
    for await (const line of lines(ctx, filter, seals)) yield Buffer.from(`${JSON.stringify(line)}\n`)
  }
  await zip.add('records.jsonl', records(), { large: true })
  await zip.add(
    'seals.jsonl',
    sealLines(
      ctx,
      [...seals].sort((a, b) => a - b),
    ),
    { large: true },
  )
  const { company_name } = await companyOf(ctx)
  const facts = {
    company: company_name,
    at: ctx.now.toISOString(),
    by: ctx.who.name,
    filters: JSON.stringify(filter),
    fingerprint: fingerprintOf(ctx.house.seal_key),
  }
  await zip.add('README.txt', [Buffer.from(explanation(facts))])
  await zip.end()
}

const SEALS = 50
async function* sealLines(ctx: Ctx, seqs: readonly number[]): AsyncGenerator<Buffer> {
  for (let from = 0; from < seqs.length; from += SEALS) {
    const rows = await planned<Record<string, unknown>>(
      ctx,
      `select seq, encode(prev, 'hex') as prev, encode(merkle_root, 'hex') as merkle_root, audit_ids, encode(mac, 'hex') as mac, sealed_at, key_fingerprint
       from seal where seq = any($1::bigint[]) order by seq`,
      [seqs.slice(from, from + SEALS)],
    )
    for (const row of rows) yield Buffer.from(`${JSON.stringify(row)}\n`)
  }
}
