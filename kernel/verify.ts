import { timingSafeEqual } from 'node:crypto'
import type pg from 'pg'
import { leafSql } from './audit.ts'
import type { House } from './ctx.ts'
import { FIRST_PREV, fingerprintOf, macOf, merkleRoot } from './seal.ts'

// Proves the audit against its seals, in one snapshot, in flat memory: PostgreSQL recomputes digests and leaves,
// this side the trees, the chain and the keyed macs.
export type Why =
  /** the row's payload is not the one that was recorded */
  | 'payload_changed'
  /** some row of this seal has another envelope (who, when, what) or digest than when it was sealed */
  | 'row_changed'
  | 'row_missing'
  /** no seal and no waiting outbox row knows it: it was not written by Guanxi */
  | 'row_unknown'
  | 'row_twice'
  /** salt without payload or payload without salt: erasure takes both */
  | 'half_erased'
  /** both are gone, and no erasure of its party says why */
  | 'erased_unrecorded'
  | 'seal_missing'
  | 'seal_changed'
export type Broken = { seq: number | null; audit_id?: number; why: Why }
export type AuditReport = {
  /** nothing is broken, and every seal could be checked */
  ok: boolean
  seals: number
  /** sealed rows that were checked */
  rows: number
  /** written within the last seconds: they wait for their seal */
  unsealed: number
  /** their content was erased by law or request; the envelope still verifies */
  erased: number
  /** seals made with another key than ours: their macs can only be checked where that key is */
  other_keys: { fingerprint: string; seals: number; first: number; last: number }[]
  /** of our own key */
  fingerprint: string
  /** at most BROKEN_MAX of them */
  broken: Broken[]
  /** the newest seal: written down elsewhere, it also proves that no seal was cut off after it */
  head: { seq: number; mac: string } | null
}
export type VerifyProgress = { done: number; total: number }

const BROKEN_MAX = 1_000
const CHUNK_ROWS = 40_000
const PLAN_SEALS = 5_000

export async function verifyAudit(
  house: Pick<House, 'connect' | 'seal_key'>,
  { onProgress }: { onProgress?: (progress: VerifyProgress) => void } = {},
): Promise<AuditReport> {
  const client = await house.connect()
  try {
    await client.query('begin isolation level repeatable read read only')
    // The planner knows nothing of how many ids a seal names, and would read whole partitions for each.
    await client.query(
      'set local enable_hashjoin = off; set local enable_mergejoin = off; set local jit = off',
    )
    return await new Verification(client, house.seal_key, onProgress ?? (() => {})).run()
  } finally {
    await client.end()
  }
}

type Planned = { seq: number; named: number; first_at: Date; last_at: Date }
type Chunk = {
  seq: number
  prev: Buffer
  merkle_root: Buffer
  mac: Buffer
  key_fingerprint: string | null
  ids: Buffer
  leaves: Buffer
  missing: number[] | null
  changed: number[] | null
  half: number[] | null
  erased: number
}

class Verification {
  readonly #client: pg.Client
  readonly #key: Buffer
  readonly #onProgress: (progress: VerifyProgress) => void
  readonly #report: AuditReport = {
    ok: false,
    seals: 0,
    rows: 0,
    unsealed: 0,
    erased: 0,
    other_keys: [],
    fingerprint: '',
    broken: [],
    head: null,
  }
  #mac: Buffer = FIRST_PREV
  #seq = 0
  #matched = 0
  constructor(client: pg.Client, key: Buffer, onProgress: (progress: VerifyProgress) => void) {
    this.#client = client
    this.#key = key
    this.#onProgress = onProgress
    this.#report.fingerprint = fingerprintOf(key)
  }

  async run(): Promise<AuditReport> {
    const report = this.#report
    const [size] = await this.#rows<{ total: number }>(
      'select coalesce(sum(cardinality(audit_ids)), 0)::bigint as total from seal',
    )
    const total = size!.total
    // The next chunk is on its way while this one is hashed.
    let ahead: Promise<Chunk[]> | null = null
    let planned: Planned[] = []
    for await (const chunk of this.#plan()) {
      const arriving = this.#fetch(chunk)
      arriving.catch(() => {})
      if (ahead) this.#check(planned, await ahead)
      this.#onProgress({ done: report.rows, total })
      ahead = arriving
      planned = chunk
    }
    if (ahead) this.#check(planned, await ahead)
    await this.#waiting()
    await this.#strangers()
    await this.#unrecorded()
    this.#onProgress({ done: report.rows, total })
    report.ok = report.broken.length === 0 && report.other_keys.length === 0
    report.head = this.#seq > 0 ? { seq: this.#seq, mac: this.#mac.toString('hex') } : null
    return report
  }

  async *#plan(): AsyncGenerator<Planned[]> {
    let chunk: Planned[] = []
    let named = 0
    for (let after = 0; ; ) {
      const seals = await this.#rows<Planned>(
        `select seq, cardinality(audit_ids) as named, first_at, last_at from seal where seq > $1 order by seq limit ${PLAN_SEALS}`,
        [after],
      )
      for (const seal of seals) {
        if (named + seal.named > CHUNK_ROWS && chunk.length > 0) {
          yield chunk
          chunk = []
          named = 0
        }
        chunk.push(seal)
        named += seal.named
      }
      if (seals.length < PLAN_SEALS) break
      after = seals.at(-1)!.seq
    }
    if (chunk.length > 0) yield chunk
  }

  #fetch(chunk: Planned[]): Promise<Chunk[]> {
    const times = (key: 'first_at' | 'last_at') => chunk.map((seal) => seal[key]).sort()
    return this.#rows<Chunk>(chunkSql, [
      chunk[0]!.seq,
      chunk.at(-1)!.seq,
      times('first_at')[0],
      times('last_at').at(-1),
    ])
  }

  #check(planned: Planned[], seals: Chunk[]): void {
    for (const [i, seal] of seals.entries()) {
      const named = planned[i]!.named
      for (let lost = this.#seq + 1; lost < seal.seq && !this.#full(); lost++)
        this.#broken(lost, 'seal_missing')
      const unbroken = seal.seq === this.#seq + 1
      const twice = seal.ids.length / 8 > named
      const ids = twice ? onlyFirst(seal.ids) : seal.ids
      if (!this.#sealedByUs(seal, ids) || (unbroken && !seal.prev.equals(this.#mac)))
        this.#broken(seal.seq, 'seal_changed')
      for (const id of seal.missing ?? []) this.#broken(seal.seq, 'row_missing', id)
      for (const id of seal.changed ?? []) this.#broken(seal.seq, 'payload_changed', id)
      for (const id of seal.half ?? []) this.#broken(seal.seq, 'half_erased', id)
      if (twice) for (const id of repeated(seal.ids)) this.#broken(seal.seq, 'row_twice', id)
      else if (!seal.missing && !seal.changed && !merkleRoot(seal.leaves).equals(seal.merkle_root))
        this.#broken(seal.seq, 'row_changed')
      this.#mac = seal.mac
      this.#seq = seal.seq
      this.#report.seals++
      this.#report.rows += named
      this.#report.erased += seal.erased
      this.#matched += seal.ids.length / 8 - (seal.missing?.length ?? 0)
    }
  }

  /** A seal of another key is not called changed, nor is it vouched for. */
  #sealedByUs(seal: Chunk, ids: Buffer): boolean {
    const { key_fingerprint } = seal
    if (key_fingerprint === null || key_fingerprint === this.#report.fingerprint)
      return timingSafeEqual(macOf(this.#key, seal.seq, seal.prev, seal.merkle_root, ids), seal.mac)
    const known = this.#report.other_keys.find(({ fingerprint }) => fingerprint === key_fingerprint)
    if (known) {
      known.seals++
      known.last = seal.seq
    } else
      this.#report.other_keys.push({
        fingerprint: key_fingerprint,
        seals: 1,
        first: seal.seq,
        last: seal.seq,
      })
    return true
  }

  /** What waits in the outbox has no seal yet; its digests are checked all the same. */
  async #waiting(): Promise<void> {
    const [row] = await this.#rows<{
      named: number
      matched: number
      missing: number[] | null
      changed: number[] | null
    }>(waitingSql)
    this.#report.unsealed = row!.named
    this.#matched += row!.matched
    for (const id of row!.missing ?? []) this.#broken(null, 'row_missing', id)
    for (const id of row!.changed ?? []) this.#broken(null, 'payload_changed', id)
  }

  async #strangers(): Promise<void> {
    const [row] = await this.#rows<{ all: number }>('select count(*) as all from audit')
    if (row!.all === this.#matched) return
    await this.#client.query('set local enable_hashjoin = on')
    const unknown = await this.#rows<{ audit_id: number }>(unknownSql)
    for (const { audit_id } of unknown) this.#broken(null, 'row_unknown', audit_id)
    const twice = await this.#rows<{ audit_id: number }>(sealedTwiceSql)
    for (const { audit_id } of twice) this.#broken(null, 'row_twice', audit_id)
  }

  /** Erasure leaves a record of its own; who only nulls what they did leaves none. */
  async #unrecorded(): Promise<void> {
    const rows = await this.#rows<{ audit_id: number }>(unrecordedSql)
    for (const { audit_id } of rows) this.#broken(null, 'erased_unrecorded', audit_id)
  }

  #full(): boolean {
    return this.#report.broken.length >= BROKEN_MAX
  }
  #broken(seq: number | null, why: Why, audit_id?: number): void {
    if (!this.#full()) this.#report.broken.push({ seq, ...(audit_id === undefined ? {} : { audit_id }), why })
  }
  async #rows<R extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<R[]> {
    return (await this.#client.query<R>(text, values)).rows
  }
}

// A row found twice under one id shows as a repeated id next to itself.
function onlyFirst(ids: Buffer): Buffer {
  const kept: Buffer[] = []
  for (let at = 0; at < ids.length; at += 8) {
    const id = ids.subarray(at, at + 8)
    if (!kept.at(-1)?.equals(id)) kept.push(id)
  }
  return Buffer.concat(kept)
}
function repeated(ids: Buffer): Set<number> {
  const found = new Set<number>()
  for (let at = 8; at < ids.length; at += 8)
    if (ids.readBigInt64BE(at) === ids.readBigInt64BE(at - 8)) found.add(Number(ids.readBigInt64BE(at)))
  return found
}

const wrong = `(a.salt is not null and a.payload is not null and a.digest <> sha256(a.salt || convert_to(a.payload::text, 'UTF8')))`
const chunkSql = `
select s.seq, s.prev, s.merkle_root, s.mac, s.key_fingerprint, checked.* from seal s cross join lateral (
  select coalesce(string_agg(int8send(f.audit_id), ''::bytea), '') as ids, coalesce(string_agg(f.leaf, ''::bytea), '') as leaves,
         array_agg(f.audit_id) filter (where f.missing) as missing, array_agg(f.audit_id) filter (where f.changed) as changed,
         array_agg(f.audit_id) filter (where f.half) as half, count(*) filter (where f.erased)::int as erased
  from (
    select i.audit_id, a.audit_id is null as missing, ${wrong} as changed,
           (a.salt is null) <> (a.payload is null) as half, a.salt is null and a.payload is null and a.audit_id is not null as erased,
           case when a.audit_id is null then decode(repeat('00', 32), 'hex') else ${leafSql('a')} end as leaf
    from unnest(s.audit_ids) with ordinality as i (audit_id, n)
    left join audit a on a.audit_id = i.audit_id and a.at between $3 and $4
    order by i.n
  ) f
) checked
where s.seq between $1 and $2 order by s.seq`

const waitingSql = `
select count(*)::int as named, count(a.audit_id)::int as matched,
       (array_agg(i.audit_id) filter (where a.audit_id is null))[1:${BROKEN_MAX}] as missing,
       (array_agg(i.audit_id) filter (where ${wrong}))[1:${BROKEN_MAX}] as changed
from (select unnest(audit_ids) as audit_id from outbox) i left join audit a on a.audit_id = i.audit_id`

const unrecordedSql = `
with bare as materialized (
  select a.audit_id from audit a where a.payload is null and a.salt is null
    and not exists (select from erasure e where e.party_id = a.party_id and e.at >= a.at)
), named as materialized (
  select id::bigint as audit_id from erasure e, jsonb_array_elements(e.parts) part,
    jsonb_array_elements_text(coalesce(part -> 'audit_ids', '[]')) id
)
select audit_id from bare where audit_id not in (select audit_id from named) order by audit_id limit ${BROKEN_MAX}`
const unknownSql = `
select a.audit_id from audit a left join (
  select unnest(audit_ids) as audit_id from seal union all select unnest(audit_ids) from outbox
) known on known.audit_id = a.audit_id
where known.audit_id is null order by a.audit_id limit ${BROKEN_MAX}`
const sealedTwiceSql = `
select audit_id from (select unnest(audit_ids) as audit_id from seal union all select unnest(audit_ids) from outbox) named
group by audit_id having count(*) > 1 order by audit_id limit ${BROKEN_MAX}`
