import { atomically, type Ctx, planned } from '../../../kernel/ctx.ts'
import { Refusal, refuse } from '../../../kernel/refuse.ts'
import type { Input, Output } from '../../../kernel/route.ts'
import { phrase, type Words } from '../../../kernel/text.ts'
import type { BlockProblem, BlockRow, bulkRoutes } from '../contract.bulk.ts'
import { present } from '../party.ts'
import { bulkText } from '../text.bulk.ts'
import { text as fieldsText } from '../text.fields.ts'
import { text } from '../text.ts'
import { type Changing, changeParty, setFields } from '../update.ts'

// A block of cells, pasted or typed: all of it or nothing, and every cell that fails told at once.

type In = Input<(typeof bulkRoutes)['block']>
type Out = Output<(typeof bulkRoutes)['block']>

export async function writeBlock(ctx: Ctx, { body: { rows } }: In): Promise<Out> {
  if (new Set(rows.map(({ id }) => id)).size < rows.length) refuse('parties.block_twice', 422)
  const problems: BlockProblem[] = []
  const done: Out['rows'] = []
  const writing = atomically(ctx, async (ctx) => {
    // In the order of ids, as every writer of several parties locks them.
    for (const row of [...rows].sort((a, b) => a.id - b.id))
      try {
        done.push(await changeParty({ ...ctx, if_match: null }, row.id, change(row)))
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        problems.push(problemOf(ctx, row, error))
      }
    if (problems.length > 0) refuse('parties.block_refused', 422, { n: problems.length, problems })
    if (ctx.recorded?.length === 0) throw new Nothing()
  })
  await writing.catch((error: unknown) => {
    if (!(error instanceof Nothing)) throw error
  })
  return { rows: done }
}
/** Every cell was so already: nothing to write, nothing to record. */
class Nothing extends Error {}

/** Field by field: what another has changed beside ours is no conflict, what they made of the same is. */
const change =
  ({ set, seen, version }: BlockRow): Changing =>
  async (ctx, before) => {
    const { after, was } = await setFields(ctx, before, set)
    if (seen) {
      const now = flat(before)
      for (const [field, value] of Object.entries(flat(seen)))
        if (JSON.stringify(now[field] ?? null) !== JSON.stringify(value ?? null) && field in was)
          refuse('parties.block_conflict', 412, {
            field,
            ...(await lastChange(ctx, before.party_id, field)),
            now: (await present(ctx, before))[field as 'name'] ?? now[field] ?? null,
          })
    } else if (version !== undefined && version !== before.version)
      refuse('kernel.version_changed', 412, { version: before.version })
    const entry = { action: 'parties.updated', subject: 'party', subject_id: before.party_id, was }
    return { after, entries: Object.keys(was).length > 0 ? [entry] : [] }
  }

/** Whose work it is that one would overwrite. unscoped: the party was reached and locked by its writer. */
async function lastChange(ctx: Ctx, party_id: number, field: string) {
  const [row] = await planned<{ by: string | null; at: string }>(
    ctx,
    `select coalesce(u.name, k.name) as by, a.at from audit a
     left join app_user u on a.actor_kind = 'user' and u.user_id = a.actor_id
     left join api_key k on a.actor_kind = 'key' and k.key_id = a.actor_id
     where a.party_id = $1 and a.subject = 'party' and a.subject_id = $1 and a.payload ? $2
     order by a.at desc, a.audit_id desc limit 1`,
    [party_id, field],
  )
  return { by: row?.by ?? null, at: row?.at ?? null }
}

/** Custom fields by their own names, beside the house's. */
const flat = (of: object): Record<string, unknown> => {
  const { fields, ...rest } = of as { fields?: Record<string, unknown> }
  return {
    ...rest,
    ...Object.fromEntries(Object.entries(fields ?? {}).map(([key, value]) => [`fields.${key}`, value])),
  }
}

const words: Words = { ...text, ...fieldsText, ...bulkText }

function problemOf(ctx: Ctx, { id, set }: BlockRow, { code, details }: Refusal): BlockProblem {
  const said = words[code]
  const fields = Object.keys(flat(set))
  const { field, key, now, by, at } = (details ?? {}) as {
    field?: string
    key?: string
    now?: unknown
    by?: string | null
    at?: string | null
  }
  const about = field ?? (key ? `fields.${key}` : fields.length === 1 ? fields[0]! : null)
  return {
    id,
    field: about,
    code,
    message: said ? phrase(said, ctx.locale, details as Record<string, string>) : code,
    ...(now === undefined ? {} : { now }),
    ...(code === 'parties.block_conflict' ? { by: by ?? null, at: at ?? null } : {}),
  }
}
