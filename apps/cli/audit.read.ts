import { createWriteStream } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { readConfig } from '../../kernel/config.ts'
import type { Ctx } from '../../kernel/ctx.ts'
import { checkProof, PROOF_FORMAT, type Proof } from '../../kernel/proof.ts'
import { formatTime, phrase } from '../../kernel/text.ts'
import { companyOf } from '../../modules/access/company.ts'
import { type AuditFilter, exportFormats, type Source, sources } from '../../modules/audit/contract.ts'
import { exportAudit } from '../../modules/audit/export.ts'
import { listAudit } from '../../modules/audit/list.ts'
import { proofOf } from '../../modules/audit/proof.ts'
import { auditText as t } from './audit.text.ts'
import { command, Exit, explainRefusal, type Given, inHouse, print, text, usage } from './command.ts'

const filters = {
  party: { takes: '<id>', does: t.by_party },
  user: { takes: '<id>', does: t.by_user },
  action: { takes: '<action>', does: t.by_action },
  subject: { takes: '<kind>', does: t.by_subject },
  field: { takes: '<field>', does: t.by_field },
  source: { takes: '<source>', does: t.by_source },
  request: { takes: '<id>', does: t.by_request },
  from: { takes: '<time>', does: t.by_from },
  to: { takes: '<time>', does: t.by_to },
} as const

function filterOf(given: Given): AuditFilter {
  const number = (key: string): number | undefined => {
    const value = text(given, key)
    if (value === undefined) return undefined
    return /^\d{1,15}$/.test(value) ? Number(value) : usage()
  }
  const time = (key: string): string | undefined => {
    const value = text(given, key)
    if (value === undefined) return undefined
    const at = Date.parse(value)
    return Number.isNaN(at) ? usage() : new Date(at).toISOString()
  }
  const source = text(given, 'source')
  if (source !== undefined && !sources.some((one) => one === source)) usage()
  const user = number('user')
  const said = {
    party_id: number('party'),
    ...(user === undefined ? {} : { actor: 'user', actor_id: user }),
    action: text(given, 'action'),
    subject: text(given, 'subject'),
    field: text(given, 'field'),
    source: source as Source | undefined,
    request_id: text(given, 'request'),
    from: time('from'),
    to: time('to'),
  }
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)) as AuditFilter
}

const PAGE = 200
const SHOWN = 50

export const auditList = command({
  takes: '',
  does: t.list,
  options: { ...filters, limit: { takes: '<n>', does: t.limit } },
  explain: explainRefusal,
  run: async (given) => {
    if (given.words.length > 0) usage()
    const wanted = Number(text(given, 'limit') ?? SHOWN)
    if (!Number.isSafeInteger(wanted) || wanted < 1) usage()
    const filter = filterOf(given)
    return inHouse(given, async (ctx) => {
      const { time_zone } = await companyOf(ctx)
      let cursor: string | undefined
      for (let left = wanted; left > 0; ) {
        const page = await listAudit(ctx, {
          query: { ...filter, limit: Math.min(PAGE, left), ...(cursor ? { cursor } : {}) },
        })
        for (const row of page.items) {
          const at = formatTime(row.at, given.locale, time_zone, { dateStyle: 'short', timeStyle: 'medium' })
          print(given, row, `${at}  ${row.audit_id}  ${row.says}`)
        }
        left -= page.items.length
        if (!page.next) break
        cursor = page.next
      }
      return Exit.done
    })
  },
})

export const auditExport = command({
  takes: '<file>',
  does: t.export,
  options: filters,
  explain: explainRefusal,
  run: async (given) => {
    const [path] = given.words
    const format = exportFormats.find((one) => `.${one}` === extname(path ?? '').toLowerCase())
    if (!path || !format || given.words.length > 1) usage()
    const filter = filterOf(given)
    return inHouse(given, async (ctx) => {
      await save(ctx, path!, { ...filter, format: format! })
      print(given, { file: path }, phrase(t.exported, given.locale, { path }))
      return Exit.done
    })
  },
})

/** Half a file would pass for a whole one. */
async function save(
  ctx: Ctx,
  path: string,
  query: AuditFilter & { format: 'zip' | 'jsonl' | 'csv' },
): Promise<void> {
  const { stream } = await exportAudit(ctx, { query })
  try {
    await pipeline(stream, createWriteStream(path, { mode: 0o600 }))
  } catch (error) {
    await rm(path, { force: true })
    throw error
  }
}

export const auditProof = command({
  takes: 'check <file> | <id>',
  does: t.proof,
  options: {},
  explain: explainRefusal,
  run: async (given) => {
    const [first, file] = given.words
    if (first === 'check' && file && given.words.length === 2) return checkFile(given, file)
    if (!first || !/^\d{1,15}$/.test(first) || given.words.length > 1) usage()
    return inHouse(given, async (ctx) => {
      const { stream } = await proofOf(ctx, { params: { id: Number(first) } })
      await pipeline(stream, process.stdout, { end: false })
      return Exit.done
    })
  },
})

/** No database is asked: the file alone, and this home's key where it is the one that sealed. */
async function checkFile(given: Given, path: string): Promise<number> {
  const proof = parse(await readFile(path, 'utf8'))
  const say = (p: (typeof t)[keyof typeof t], params = {}) => phrase(p, given.locale, params)
  if (!proof) {
    print(given, { ok: false, format: false }, say(t.proof_format, { path }))
    return Exit.failed
  }
  const key = await readFile(join(readConfig().home, 'seal.key')).catch(() => null)
  const found = checkProof(proof, key?.length === 32 ? key : null)
  const line = (held: boolean | null, p: (typeof t)[keyof typeof t]) =>
    `${held === null ? '·' : held ? '✓' : '✗'} ${say(p, { fingerprint: proof.seal.key_fingerprint ?? '—', seq: String(proof.seal.seq) })}`
  const lines = [
    line(found.content, found.content === null ? t.proof_no_content : t.proof_content),
    line(found.envelope && found.leaf, t.proof_leaf),
    line(found.root && found.named, t.proof_root),
    line(found.mac, found.mac === null ? t.proof_no_key : t.proof_mac),
    say(found.ok ? t.proof_holds : t.proof_broken, {
      id: String(proof.record.audit_id),
      action: proof.record.action,
      at: proof.record.at,
    }),
  ]
  print(given, found, lines.join('\n'))
  return found.ok ? Exit.done : Exit.failed
}

function parse(raw: string): Proof | null {
  try {
    const proof = JSON.parse(raw) as Proof
    const whole =
      proof.format === PROOF_FORMAT &&
      Array.isArray(proof.path) &&
      [
        proof.envelope,
        proof.digest,
        proof.leaf,
        proof.seal.prev,
        proof.seal.merkle_root,
        proof.seal.mac,
        proof.seal.audit_ids,
      ].every((part) => typeof part === 'string')
    return whole ? proof : null
  } catch {
    return null
  }
}
