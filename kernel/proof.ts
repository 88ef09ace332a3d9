import { createHash, hash, timingSafeEqual } from 'node:crypto'
import { fingerprintOf, macOf } from './seal.ts'

// The proof of one audit record, checked without a database: from its content to its digest, from its envelope to its
// leaf, by the path to the root, and, where the key is, from the root to the seal. Everything that is hashed stands in
// the file as it was hashed.

export const PROOF_FORMAT = 'guanxi-audit-proof/1'
export type Step = { side: 'left' | 'right'; hash: string }
export type Proof = {
  format: typeof PROOF_FORMAT
  record: {
    audit_id: number
    party_id: number
    at: string
    actor_kind: string
    actor_id: number
    request_id: string
    action: string
    subject: string
    subject_id: number
  }
  /** the fields above as they are hashed, parted by U+001F */
  envelope: string
  /** sha256(salt ‖ content) */
  digest: string
  salt: string | null
  /** the content as PostgreSQL writes it; null: erased, or withheld from whoever asked */
  content: string | null
  leaf: string
  path: Step[]
  seal: {
    seq: number
    prev: string
    merkle_root: string
    /** the ids that it covers, eight bytes each, base64 */
    audit_ids: string
    mac: string
    sealed_at: string
    key_fingerprint: string | null
  }
}

const node = (left: Buffer, right: Buffer): Buffer =>
  hash('sha256', Buffer.concat([Buffer.from([1]), left, right]), 'buffer')

/** The siblings of leaf `at` on its way to the root; an odd last node moves up alone. */
export function pathOf(leaves: Buffer, at: number): Step[] {
  const path: Step[] = []
  let level: Buffer[] = Array.from({ length: leaves.length / 32 }, (_, i) =>
    leaves.subarray(i * 32, i * 32 + 32),
  )
  for (let i = at; level.length > 1; i >>= 1) {
    const beside = level[i ^ 1]
    if (beside) path.push({ side: i % 2 === 1 ? 'left' : 'right', hash: beside.toString('hex') })
    level = Array.from({ length: Math.ceil(level.length / 2) }, (_, k) =>
      level[2 * k + 1] ? node(level[2 * k]!, level[2 * k + 1]!) : level[2 * k]!,
    )
  }
  return path
}

export type ProofCheck = {
  format: boolean
  /** null: the content is not in the file, so only its digest is proven */
  content: boolean | null
  envelope: boolean
  leaf: boolean
  root: boolean
  named: boolean
  /** null: the key that made the seal is not here */
  mac: boolean | null
  ok: boolean
}

/** `key`: of this home, when there is one; the mac is checked only if it is the one that sealed. */
export function checkProof(proof: Proof, key: Buffer | null): ProofCheck {
  const { record, seal, digest, salt, content } = proof
  const hex = (text: string) => Buffer.from(text, 'hex')
  const same = (a: Buffer, b: Buffer) => a.length === b.length && timingSafeEqual(a, b)
  const ids = Buffer.from(seal.audit_ids, 'base64')
  const leaf = createHash('sha256').update(proof.envelope, 'utf8').update(hex(digest)).digest()
  let root: Buffer = hex(proof.leaf)
  for (const step of proof.path)
    root = step.side === 'left' ? node(hex(step.hash), root) : node(root, hex(step.hash))
  const ours = key !== null && (seal.key_fingerprint === null || fingerprintOf(key) === seal.key_fingerprint)
  const told = {
    format: proof.format === PROOF_FORMAT,
    content:
      salt === null || content === null
        ? null
        : same(createHash('sha256').update(hex(salt)).update(content, 'utf8').digest(), hex(digest)),
    envelope: proof.envelope === envelopeOf(record),
    leaf: same(leaf, hex(proof.leaf)),
    root: same(root, hex(seal.merkle_root)),
    named: names(ids, record.audit_id),
    mac: ours ? same(macOf(key, seal.seq, hex(seal.prev), hex(seal.merkle_root), ids), hex(seal.mac)) : null,
  }
  return { ...told, ok: Object.values(told).every((part) => part !== false) }
}

function names(ids: Buffer, audit_id: number): boolean {
  for (let at = 0; at + 8 <= ids.length; at += 8) if (ids.readBigInt64BE(at) === BigInt(audit_id)) return true
  return false
}

/** As `leafSql` in kernel/audit.ts has it: seconds with six digits, because PostgreSQL keeps microseconds. */
export function envelopeOf(record: Proof['record']): string {
  const ms = Date.parse(record.at)
  const seconds = `${Math.floor(ms / 1000)}.${String(((ms % 1000) + 1000) % 1000).padStart(3, '0')}000`
  const { audit_id, party_id, actor_kind, actor_id, request_id, action, subject, subject_id } = record
  return [audit_id, party_id, seconds, actor_kind, actor_id, request_id, action, subject, subject_id].join(
    '\x1f',
  )
}
