import { Readable } from 'node:stream'
import { leafSql } from '../../kernel/audit.ts'
import { type Ctx, planned } from '../../kernel/ctx.ts'
import type { FileAnswer } from '../../kernel/module.ts'
import { PROOF_FORMAT, type Proof, pathOf } from '../../kernel/proof.ts'
import { refuse } from '../../kernel/refuse.ts'
import { one } from './one.ts'
import { isHidden } from './rows.ts'
import { unseenBy } from './unseen.ts'

type SealRow = {
  seq: number
  prev: Buffer
  merkle_root: Buffer
  mac: Buffer
  sealed_at: string
  key_fingerprint: string | null
  ids: Buffer
  leaves: Buffer
}
type Row = Proof['record'] & {
  envelope: string
  digest: Buffer
  leaf: Buffer
  salt: Buffer | null
  content: string | null
}

const rowText = `
select a.audit_id, a.party_id, a.at, a.actor_kind, a.actor_id, a.request_id, a.action, a.subject, a.subject_id, a.digest, a.salt, a.payload::text as content,
  ${leafSql('a')} as leaf, concat_ws(chr(31), a.audit_id, a.party_id, extract(epoch from a.at), a.actor_kind, a.actor_id,
    a.request_id, a.action, a.subject, a.subject_id) as envelope
from audit a where a.audit_id = $1 and a.at = $2::timestamptz`

const sealText = `
select s.seq, s.prev, s.merkle_root, s.mac, s.sealed_at, s.key_fingerprint, x.ids, x.leaves
from (select * from seal s where s.last_at >= $2::timestamptz and s.first_at <= $2::timestamptz and $1::bigint = any(s.audit_ids) limit 1) s
cross join lateral (
  select string_agg(int8send(i.audit_id), ''::bytea order by i.n) as ids,
    string_agg(coalesce(${leafSql('a')}, decode(repeat('00', 32), 'hex')), ''::bytea order by i.n) as leaves
  from unnest(s.audit_ids) with ordinality as i (audit_id, n)
  left join audit a on a.audit_id = i.audit_id and a.at between s.first_at and s.last_at
) x`

/** Only what the caller sees is in it: a withheld content is left out, its digest stands. */
export async function proofOf(ctx: Ctx, { params }: { params: { id: number } }): Promise<FileAnswer> {
  const { stored, row: shown } = await one(ctx, params.id)
  const [seal] = await planned<SealRow>(ctx, sealText, [stored.audit_id, stored.at])
  if (!seal) return refuse('audit.not_sealed', 409)
  const [row] = await planned<Row>(ctx, rowText, [stored.audit_id, stored.at])
  const { envelope, digest, leaf, salt, content, ...record } = row!
  const at = placeIn(seal.ids, record.audit_id)
  const hidden = isHidden(ctx, shown, stored, await unseenBy(ctx))
  const proof: Proof = {
    format: PROOF_FORMAT,
    record,
    envelope,
    digest: digest.toString('hex'),
    salt: hidden || !salt ? null : salt.toString('hex'),
    content: hidden ? null : content,
    leaf: leaf.toString('hex'),
    path: pathOf(seal.leaves, at),
    seal: {
      seq: seal.seq,
      prev: seal.prev.toString('hex'),
      merkle_root: seal.merkle_root.toString('hex'),
      audit_ids: seal.ids.toString('base64'),
      mac: seal.mac.toString('hex'),
      sealed_at: seal.sealed_at,
      key_fingerprint: seal.key_fingerprint,
    },
  }
  return {
    stream: Readable.from([`${JSON.stringify(proof, null, 2)}\n`]),
    type: 'application/json',
    name: `audit-proof-${record.audit_id}.json`,
  }
}

function placeIn(ids: Buffer, audit_id: number): number {
  for (let at = 0; at < ids.length; at += 8) if (ids.readBigInt64BE(at) === BigInt(audit_id)) return at / 8
  throw new Error(`record ${audit_id} is not in the seal that names it`)
}
