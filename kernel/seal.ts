import { createHmac, hash } from 'node:crypto'
import type pg from 'pg'
import { leafSql } from './audit.ts'

// The audit chain (foundations.md): a seal covers the rows named in audit_ids, in that order. `prev` is the mac
// of the seal before, so a seal cannot be taken out or changed without the key, which is not in the database.
// Not covered: the tail that still waits in the outbox (≤ 5 s), and cutting off the last seals together with
// the rows they cover; the latter is found by whoever wrote down an earlier head (`audit verify` prints it).

export const NO_LEAF = Buffer.alloc(32)
export const FIRST_PREV = Buffer.alloc(32)
// Bounds what verifying one seal holds in memory; the relay splits what is larger.
export const SEAL_MAX = 20_000

/** Root over leaves of 32 bytes laid end to end; a node is sha256(1 ‖ left ‖ right), an odd last one moves up. */
export function merkleRoot(leaves: Buffer): Buffer {
  let level = Buffer.from(leaves)
  let count = level.length / 32
  const node = Buffer.alloc(65, 1)
  while (count > 1) {
    const pairs = count >> 1
    for (let i = 0; i < pairs; i++) {
      level.copy(node, 1, i * 64, i * 64 + 64)
      hash('sha256', node, 'buffer').copy(level, i * 32)
    }
    if (count % 2 === 1) level.copy(level, pairs * 32, (count - 1) * 32, count * 32)
    count = pairs + (count % 2)
    level = level.subarray(0, count * 32)
  }
  return Buffer.from(level)
}

/** `ids`: eight bytes each, big-endian, as int8send writes them. */
/** Names a key without telling it: seals made in two homes are told apart by it. */
export const fingerprintOf = (key: Buffer): string =>
  createHmac('sha256', key).update('guanxi seal key').digest('hex').slice(0, 16)

export function macOf(key: Buffer, seq: number, prev: Buffer, root: Buffer, ids: Buffer): Buffer {
  const number = Buffer.alloc(8)
  number.writeBigInt64BE(BigInt(seq))
  return createHmac('sha256', key).update(number).update(prev).update(root).update(ids).digest()
}

export type Leaves = { ids: Buffer; leaves: Buffer; first_at: Date; last_at: Date }

/**
 * One audit row each, found by id and time; a row that is not there counts as a leaf of zeros, which no row
 * has, so that verifying names it. `source` yields (audit_id, at, n).
 */
export const leavesSql = (source: string): string => `
  select coalesce(string_agg(int8send(i.audit_id), ''::bytea order by i.n), '') as ids,
         coalesce(string_agg(coalesce(l.leaf, elsewhere.leaf, decode(repeat('00', 32), 'hex')), ''::bytea order by i.n), '') as leaves,
         min(coalesce(l.at, elsewhere.at, i.at)) as first_at, max(coalesce(l.at, elsewhere.at, i.at)) as last_at
  from ${source} i
  left join lateral (select a.at, ${leafSql('a')} as leaf from audit a where a.audit_id = i.audit_id and a.at = i.at limit 1) l on true
  left join lateral (select a.at, ${leafSql('a')} as leaf from audit a where l.leaf is null and a.audit_id = i.audit_id limit 1) elsewhere on true`

/** The newest seal's key, when it is not ours: whoever verifies here cannot vouch for that seal. */
export async function otherKeyOf(pool: pg.Pool, key: Buffer): Promise<string | null> {
  const { rows } = await pool.query<{ key_fingerprint: string | null }>(
    'select key_fingerprint from seal order by seq desc limit 1',
  )
  const newest = rows[0]?.key_fingerprint ?? null
  return newest === fingerprintOf(key) ? null : newest
}

/** Called with the relay's lock held: there is one sealer at a time. */
export async function seal(
  tx: pg.ClientBase,
  key: Buffer,
  { ids, leaves, first_at, last_at }: Leaves,
): Promise<number> {
  const last = await tx.query<{ number: string; mac: Buffer }>({
    name: 'seal.last',
    text: 'select seq::text as number, mac from seal order by seq desc limit 1',
  })
  let seq = Number(last.rows[0]?.number ?? 0)
  let prev = last.rows[0]?.mac ?? FIRST_PREV
  const count = ids.length / 8
  const fingerprint = fingerprintOf(key)
  for (let from = 0; from < count; from += SEAL_MAX) {
    const to = Math.min(count, from + SEAL_MAX)
    const own = ids.subarray(from * 8, to * 8)
    const root = merkleRoot(leaves.subarray(from * 32, to * 32))
    const mac = macOf(key, ++seq, prev, root, own)
    await tx.query({
      name: 'seal.write',
      text: `insert into seal (seq, prev, merkle_root, audit_ids, sealed_at, first_at, last_at, mac, key_fingerprint)
             select $1, $2, $3, array(select ('x' || encode(substr($4::bytea, 1 + 8 * i, 8), 'hex'))::bit(64)::bigint from generate_series(0, $5::int - 1) i),
                    clock_timestamp(), $6, $7, $8, $9`,
      values: [seq, prev, root, own, to - from, first_at, last_at, mac, fingerprint],
    })
    prev = mac
  }
  return seq
}
