import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { record } from '../../../kernel/audit.ts'
import { atomically, type Ctx, planned, unaudited } from '../../../kernel/ctx.ts'
import { enqueue } from '../../../kernel/job.ts'
import type { FileAnswer } from '../../../kernel/module.ts'
import { notFound, Refusal, refuse } from '../../../kernel/refuse.ts'
import type { Before } from '../../parties/history/history.ts'
import type { TimelineSource } from '../../parties/history/timeline.ts'
import { reachParty } from '../../parties/party.ts'
import type { Attachment } from '../contract.ts'
import { scanFile } from './jobs.ts'
import { BYTES, contradicts, safeName, sniff } from './sniff.ts'

// In the database, in pieces: then a backup has them, any process serves them, and an erasure in one transaction takes
// them. Pieces are written as they come, each in a transaction of its own; the record that makes them a file comes last.

const PIECE = 256 * 1024
const HEAD = 4096
const MOST_FILES = 200
const MB = 1024 * 1024
export const mostBytes = (ctx: Ctx): number => (ctx.house.config.attachmentMb ?? 25) * MB

type Stored = Omit<Attachment, 'id' | 'sha256' | 'served' | 'created_by'> & {
  attachment_id: number
  sha256: Buffer
  author_id: number
  author_name: string | null
}
const columns = `a.attachment_id, a.party_id, a.name, a.type, a.bytes, a.sha256, a.scan, a.live, a.created_at, a.created_by as author_id,
  u.name as author_name`
const from = 'attachment a left join app_user u on u.user_id = a.created_by'

const present = ({ attachment_id, sha256, author_id, author_name, ...row }: Stored): Attachment => ({
  id: attachment_id,
  ...row,
  sha256: Buffer.from(sha256).toString('hex'),
  served: row.scan === 'clean' || row.scan === 'unscanned',
  created_by: author_id > 0 ? { id: author_id, name: author_name ?? '' } : null,
  created_at: new Date(row.created_at).toISOString(),
})

type OfParty = { params: { id: number } }
type One = { params: { id: number; attachment_id: number } }

export async function attachments(ctx: Ctx, { params, query }: OfParty & { query: { trash?: boolean } }) {
  await reachParty(ctx, params.id)
  const rows = await planned<Stored>(
    ctx,
    `select ${columns} from ${from} where a.party_id = $1 and a.live = $2 order by a.created_at desc, a.attachment_id desc limit 500`,
    [params.id, !query.trash],
  )
  return {
    items: rows.map(present),
    most_bytes: mostBytes(ctx),
    scanner: ctx.house.config.scan !== undefined,
  }
}

async function one(ctx: Ctx, { params }: One): Promise<Stored> {
  const [row] = await planned<Stored>(
    ctx,
    `select ${columns} from ${from} where a.party_id = $1 and a.attachment_id = $2`,
    [params.id, params.attachment_id],
  )
  return row ?? notFound()
}

type Upload = OfParty & {
  query: { name: string }
  stream: Readable
  headers: Record<string, string | undefined>
}

export async function upload(ctx: Ctx, { params, query, stream, headers }: Upload): Promise<Attachment> {
  const attachment_id = await ctx.house.ids.next()
  try {
    await checkParty(ctx, params.id)
    const got = await receive(ctx, params.id, attachment_id, stream)
    const name = safeName(query.name)
    const type = sniff(got.head, name) ?? refuse('attachments.type_refused', 415, { name })
    const declared = headers['content-type'] ?? ''
    if (contradicts(type, declared))
      refuse('attachments.type_lies', 415, { declared: declared.slice(0, 100), type })
    return await keep(ctx, params.id, attachment_id, { ...got, name, type })
  } catch (error) {
    await unaudited(ctx, 'pieces of an upload that is refused', (ctx) =>
      planned(ctx, 'delete from attachment_chunk where party_id = $1 and attachment_id = $2', [
        params.id,
        attachment_id,
      ]),
    )
    // What still comes is thrown away, so that whoever sends can read why.
    stream.on('error', () => {})
    stream.resume()
    throw error
  }
}

async function checkParty(ctx: Ctx, id: number, lock = false): Promise<void> {
  const party = await reachParty(ctx, id, lock)
  if (!party.live) refuse('parties.in_trash', 409)
  const [row] = await planned<{ n: number }>(
    ctx,
    'select count(*) as n from attachment where party_id = $1 and live',
    [id],
  )
  if (row!.n >= MOST_FILES) refuse('attachments.too_many', 409, { most: MOST_FILES })
}

type Received = { bytes: number; sha256: Buffer; head: Buffer }

async function receive(
  ctx: Ctx,
  party_id: number,
  attachment_id: number,
  stream: Readable,
): Promise<Received> {
  const most = mostBytes(ctx)
  const hash = createHash('sha256')
  let [bytes, seq] = [0, 0]
  let rest: Buffer = Buffer.alloc(0)
  let head: Buffer = Buffer.alloc(0)
  const put = (data: Buffer) =>
    unaudited(ctx, 'a piece of an upload; the file is recorded when it is whole', (ctx) =>
      planned(
        ctx,
        'insert into attachment_chunk (party_id, home_party_id, attachment_id, seq, data, at) values ($1, $1, $2, $3, $4, $5)',
        [party_id, attachment_id, seq++, data, ctx.now],
      ),
    )
  try {
    for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > most) refuse('attachments.too_large', 413, { mb: Math.round(most / MB) })
      hash.update(chunk)
      if (head.length < HEAD) head = Buffer.concat([head, chunk.subarray(0, HEAD - head.length)])
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      for (; rest.length >= PIECE; rest = rest.subarray(PIECE)) await put(rest.subarray(0, PIECE))
    }
  } catch (error) {
    if (error instanceof Refusal) throw error
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (/^(ECONNRESET|ERR_STREAM_|FST_ERR_)/.test(code)) return refuse('attachments.broken_upload', 400)
    throw error
  }
  if (rest.length > 0) await put(rest)
  if (bytes === 0) refuse('attachments.empty', 422)
  return { bytes, sha256: hash.digest(), head }
}

const keep = (
  ctx: Ctx,
  party_id: number,
  attachment_id: number,
  file: Received & { name: string; type: string },
): Promise<Attachment> =>
  atomically(ctx, async (ctx) => {
    await checkParty(ctx, party_id, true)
    const scan = ctx.house.config.scan === undefined ? 'unscanned' : 'pending'
    await planned(
      ctx,
      `insert into attachment (party_id, home_party_id, attachment_id, name, type, bytes, sha256, scan, created_by, created_at)
       values ($1, $1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        party_id,
        attachment_id,
        file.name,
        file.type,
        file.bytes,
        file.sha256,
        scan,
        ctx.who.kind === 'user' ? ctx.who.id : 0,
        ctx.now,
      ],
    )
    if (scan === 'pending') await enqueue(ctx, scanFile, { attachment_id })
    await record(ctx, {
      action: 'attachments.added',
      subject: 'attachment',
      subject_id: attachment_id,
      party_id,
    })
    return present(await one(ctx, { params: { id: party_id, attachment_id } }))
  })

/** Never shown, always saved: a page of ours must not run what somebody sent. Who took it is on record. */
export async function download(ctx: Ctx, { params }: One): Promise<FileAnswer> {
  await reachParty(ctx, params.id)
  const file = await one(ctx, { params })
  if (!file.live) return notFound()
  if (file.scan === 'infected') refuse('attachments.infected', 409)
  if (file.scan === 'pending') refuse('attachments.not_scanned', 409)
  await atomically(ctx, (ctx) =>
    record(ctx, {
      action: 'attachments.downloaded',
      subject: 'attachment',
      subject_id: params.attachment_id,
      party_id: params.id,
      event: false,
    }),
  )
  return {
    stream: Readable.from(pieces(ctx, file)),
    type: BYTES,
    name: file.name,
    headers: {
      'content-length': String(file.bytes),
      'content-security-policy': "sandbox; default-src 'none'",
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'private, no-store',
    },
  }
}

export async function* pieces(
  ctx: Ctx,
  { party_id, attachment_id }: Pick<Stored, 'party_id' | 'attachment_id'>,
): AsyncGenerator<Buffer> {
  for (let seq = 0; ; seq++) {
    const [row] = await planned<{ data: Buffer }>(
      { ...ctx, tx: null },
      'select data from attachment_chunk where party_id = $1 and attachment_id = $2 and seq = $3',
      [party_id, attachment_id, seq],
    )
    if (!row) return
    yield row.data
  }
}

const turn = (ctx: Ctx, { params }: One, live: boolean): Promise<Attachment> =>
  atomically(ctx, async (ctx) => {
    const party = await reachParty(ctx, params.id, true)
    if (!party.live) refuse('parties.in_trash', 409)
    const before = await one(ctx, { params })
    await planned(
      ctx,
      'update attachment set live = $3, version = version + 1 where party_id = $1 and attachment_id = $2',
      [params.id, params.attachment_id, live],
    )
    await record(ctx, {
      action: live ? 'attachments.restored' : 'attachments.removed',
      subject: 'attachment',
      subject_id: params.attachment_id,
      party_id: params.id,
      was: { live: before.live },
    })
    return present(await one(ctx, { params }))
  })
export const removeAttachment = async (ctx: Ctx, input: One): Promise<void> =>
  void (await turn(ctx, input, false))
export const restoreAttachment = (ctx: Ctx, input: One): Promise<Attachment> => turn(ctx, input, true)

/** Files in a party's stream. unscoped: the stream has reached the party */
export const fileEntries: TimelineSource = {
  kind: 'attachments',
  may: 'attachments:read',
  async list(ctx, party_id, before: Before, limit) {
    const rows = await planned<Stored>(
      ctx,
      `select ${columns} from ${from} where a.party_id = $1 and a.live
         and ($2::timestamptz is null or (a.created_at, a.attachment_id) < ($2, $3::bigint))
       order by a.created_at desc, a.attachment_id desc limit $4`,
      [party_id, before?.at ?? null, before?.id ?? null, limit],
    )
    return rows.map((row) => {
      const { id, created_at, ...data } = present(row)
      return { kind: 'attachments', id, at: created_at, data }
    })
  },
  async count(ctx, party_id) {
    const [row] = await planned<{ n: number }>(
      ctx,
      'select count(*) as n from attachment where party_id = $1 and live',
      [party_id],
    )
    return row!.n
  },
}
