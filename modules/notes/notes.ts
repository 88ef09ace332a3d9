import { record } from '../../kernel/audit.ts'
import { atomically, type Ctx, expectVersion, planned, unaudited } from '../../kernel/ctx.ts'
import { notFound, refuse } from '../../kernel/refuse.ts'
import { scopeSql } from '../../kernel/scope.ts'
import type { Before } from '../parties/history/history.ts'
import type { TimelineSource } from '../parties/history/timeline.ts'
import { type Reached, reachParty } from '../parties/party.ts'
import type { PresencePart } from '../presence/parts.ts'
import type { Mention, Note, NotePatch, NoteVersion, NoteWrite } from './contract.ts'
import { blind } from './people.ts'
import { mentionsIn } from './rules.ts'

const MOST = 500
type Stored = Omit<Note, 'id' | 'author'> & {
  note_id: number
  author_kind: Note['author']['kind']
  author_id: number
  author_name: string | null
}
const columns = `n.note_id, n.party_id, n.body, n.pinned, n.live, n.created_at, n.edited_at, n.version, n.author_kind,
  n.created_by as author_id, coalesce(u.name, k.name) as author_name`
const people = `left join app_user u on n.author_kind = 'user' and u.user_id = n.created_by
  left join api_key k on n.author_kind = 'key' and k.key_id = n.created_by`
const iso = (at: string | null) => at && new Date(at).toISOString()

const present = ({ note_id, author_kind, author_id, author_name, ...row }: Stored): Note => ({
  id: note_id,
  ...row,
  created_at: iso(row.created_at)!,
  edited_at: iso(row.edited_at),
  author: { kind: author_kind, id: author_id, name: author_name },
})

type OfParty = { params: { id: number } }
type One = { params: { id: number; note_id: number } }

export async function ofParty(
  ctx: Ctx,
  { params, query }: OfParty & { query: { trash?: boolean; pinned?: boolean } },
): Promise<{ items: Note[] }> {
  await reachParty(ctx, params.id)
  const rows = await planned<Stored>(
    ctx,
    `select ${columns} from note n ${people} where n.party_id = $1 and n.live = $2 and (not $3::boolean or n.pinned)
     order by n.pinned desc, n.created_at desc, n.note_id desc limit ${MOST}`,
    [params.id, !query.trash, query.pinned ?? false],
  )
  return { items: rows.map(present) }
}

async function one(ctx: Ctx, { params }: One): Promise<Stored> {
  const [row] = await planned<Stored>(
    ctx,
    `select ${columns} from note n ${people} where n.party_id = $1 and n.note_id = $2`,
    [params.id, params.note_id],
  )
  return row ?? notFound()
}

async function reachLive(ctx: Ctx, id: number): Promise<Reached> {
  const party = await reachParty(ctx, id, true)
  if (!party.live) refuse('parties.in_trash', 409)
  return party
}

const bodyOf = (body: string): string => body.trim() || refuse('notes.empty', 422)

/** Who is newly mentioned is told; nobody is told of what they may not see. */
async function tell(ctx: Ctx, party: Reached, note_id: number, body: string, before: readonly number[]) {
  const named = mentionsIn(body)
  const wanted = named.filter((id) => !before.includes(id))
  const cannot = await blind(ctx, wanted, 'notes:read', party)
  if (cannot.length > 0) refuse('notes.cannot_see', 422, { user_ids: cannot })
  await planned(
    ctx,
    'delete from note_mention where party_id = $1 and note_id = $2 and user_id <> all($3::bigint[])',
    [party.party_id, note_id, named],
  )
  await planned(
    ctx,
    `insert into note_mention (party_id, home_party_id, note_id, user_id, at)
     select $1, $1, $2, id, $4 from unnest($3::bigint[]) as x (id) on conflict do nothing`,
    [party.party_id, note_id, wanted, ctx.now],
  )
}

export const add = (ctx: Ctx, { params, body }: OfParty & { body: NoteWrite }): Promise<Note> =>
  atomically(ctx, async (ctx) => {
    const party = await reachLive(ctx, params.id)
    const note_id = await ctx.house.ids.next()
    const text = bodyOf(body.body)
    await planned(
      ctx,
      `insert into note (party_id, home_party_id, note_id, body, pinned, author_kind, created_by, created_at)
       values ($1, $1, $2, $3, $4, $5, $6, $7)`,
      [params.id, note_id, text, body.pinned ?? false, ctx.who.kind, ctx.who.id, ctx.now],
    )
    await tell(ctx, party, note_id, text, [])
    await record(ctx, { action: 'notes.added', subject: 'note', subject_id: note_id, party_id: params.id })
    return present(await one(ctx, { params: { ...params, note_id } }))
  })

export const change = (ctx: Ctx, { params, body }: One & { body: NotePatch }): Promise<Note> =>
  atomically(ctx, async (ctx) => {
    const party = await reachLive(ctx, params.id)
    const before = await one(ctx, { params })
    if (!before.live) return notFound()
    expectVersion(ctx, before.version)
    const text = body.body === undefined ? before.body : bodyOf(body.body)
    const pinned = body.pinned ?? before.pinned
    const edited = text !== before.body
    await planned(
      ctx,
      `update note set body = $3, pinned = $4, edited_at = coalesce($5, edited_at), version = version + 1
       where party_id = $1 and note_id = $2`,
      [params.id, params.note_id, text, pinned, edited ? ctx.now : null],
    )
    if (edited) await tell(ctx, party, params.note_id, text, mentionsIn(before.body))
    await record(ctx, {
      action: 'notes.changed',
      subject: 'note',
      subject_id: params.note_id,
      party_id: params.id,
      was: {
        ...(edited ? { body: before.body } : {}),
        ...(pinned === before.pinned ? {} : { pinned: before.pinned }),
      },
    })
    return present(await one(ctx, { params }))
  })

const turn = (ctx: Ctx, { params }: One, live: boolean): Promise<Note> =>
  atomically(ctx, async (ctx) => {
    await reachLive(ctx, params.id)
    const before = await one(ctx, { params })
    await planned(
      ctx,
      'update note set live = $3, version = version + 1 where party_id = $1 and note_id = $2',
      [params.id, params.note_id, live],
    )
    await record(ctx, {
      action: live ? 'notes.restored' : 'notes.removed',
      subject: 'note',
      subject_id: params.note_id,
      party_id: params.id,
      was: { live: before.live },
    })
    return present(await one(ctx, { params }))
  })
export const remove = async (ctx: Ctx, input: One): Promise<void> => void (await turn(ctx, input, false))
export const restore = (ctx: Ctx, input: One): Promise<Note> => turn(ctx, input, true)

/** Each edit's record keeps what the note said before it. */
export async function history(ctx: Ctx, { params }: One): Promise<{ items: NoteVersion[] }> {
  await reachParty(ctx, params.id)
  await one(ctx, { params })
  const rows = await planned<{
    at: string
    kind: Note['author']['kind']
    id: number
    name: string | null
    body: string | null
  }>(
    ctx,
    `select a.at, a.actor_kind as kind, a.actor_id as id, coalesce(u.name, k.name) as name, a.payload ->> 'body' as body from audit a
     left join app_user u on a.actor_kind = 'user' and u.user_id = a.actor_id
     left join api_key k on a.actor_kind = 'key' and k.key_id = a.actor_id
     where a.party_id in (select unnest(array[n.party_id, n.home_party_id]) from note n where n.party_id = $1 and n.note_id = $2)
       and a.subject = 'note' and a.subject_id = $2 and a.action = 'notes.changed' and (a.payload is null or a.payload ? 'body')
     order by a.at desc, a.audit_id desc limit ${MOST}`,
    [params.id, params.note_id],
  )
  return { items: rows.map(({ at, body, ...by }) => ({ at: iso(at)!, by, body })) }
}

const self = (ctx: Ctx) => (ctx.who.kind === 'user' ? ctx.who.id : 0)
const unseen = (ctx: Ctx, at: number) => {
  const scope = scopeSql(ctx.reach, 'p', at)
  return {
    value: scope.value,
    text: `from note_mention m join note n on n.party_id = m.party_id and n.note_id = m.note_id and n.live
      join party p on p.party_id = m.party_id and p.live where m.user_id = $1 and m.seen_at is null and ${scope.text}`,
  }
}

export async function mentions(ctx: Ctx): Promise<{ items: Mention[] }> {
  const { text, value } = unseen(ctx, 2)
  const rows = await planned<
    Omit<Mention, 'by' | 'party'> & { party_id: number; name: string } & Record<
        'author_kind' | 'author_name',
        string
      > & { author_id: number }
  >(
    ctx,
    `select m.note_id, m.party_id, p.name, m.at, n.body, n.author_kind, n.created_by as author_id,
       (select u.name from app_user u where n.author_kind = 'user' and u.user_id = n.created_by) as author_name
     ${text} order by m.at desc, m.note_id desc limit 100`,
    [self(ctx), value],
  )
  return {
    items: rows.map(({ party_id, name, author_kind, author_id, author_name, ...row }) => ({
      ...row,
      at: iso(row.at)!,
      party: { id: party_id, name },
      by: { kind: author_kind as Note['author']['kind'], id: author_id, name: author_name },
    })),
  }
}

export async function mentionCount(ctx: Ctx): Promise<number> {
  const { text, value } = unseen(ctx, 2)
  const [row] = await planned<{ n: number }>(ctx, `select count(*) as n ${text}`, [self(ctx), value])
  return row!.n
}

export const seen = (ctx: Ctx, { body }: { body: { note_ids: number[] } }): Promise<{ left: number }> =>
  unaudited(ctx, 'what somebody has looked at', async (ctx) => {
    await planned(
      ctx,
      'update note_mention set seen_at = $3 where user_id = $1 and note_id = any($2::bigint[]) and seen_at is null',
      [self(ctx), body.note_ids, ctx.now],
    )
    return { left: await mentionCount(ctx) }
  })

/** Notes in a party's stream. unscoped: the stream has reached the party */
export const noteEntries: TimelineSource = {
  kind: 'notes',
  may: 'notes:read',
  async list(ctx, party_id, before: Before, limit) {
    const rows = await planned<Stored>(
      ctx,
      `select ${columns} from note n ${people} where n.party_id = $1 and n.live
         and ($2::timestamptz is null or (n.created_at, n.note_id) < ($2, $3::bigint))
       order by n.created_at desc, n.note_id desc limit $4`,
      [party_id, before?.at ?? null, before?.id ?? null, limit],
    )
    return rows.map((row) => {
      const { id, created_at, ...data } = present(row)
      return { kind: 'notes', id, at: created_at, data }
    })
  },
  async count(ctx, party_id) {
    const [row] = await planned<{ n: number }>(
      ctx,
      'select count(*) as n from note where party_id = $1 and live',
      [party_id],
    )
    return row!.n
  },
}

export const notesEdited: PresencePart = {
  kind: 'notes',
  subject: 'note',
  sees: 'notes:read',
  writes: 'notes:write',
  there: () => ({
    text: 'exists (select from note n where n.party_id = p.party_id and n.note_id = x.id and n.live)',
    values: [],
  }),
}
