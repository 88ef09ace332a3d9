import { record } from '../../../kernel/audit.ts'
import { atomically, type Ctx, planned } from '../../../kernel/ctx.ts'
import { notFound, refuse } from '../../../kernel/refuse.ts'
import type { Input } from '../../../kernel/route.ts'
import { startWith, undoBulk } from '../bulk/service.ts'
import { listTags } from '../choices.ts'
import type { labels, TagChange, TagRow } from '../contract.labels.ts'
import type { ListFigures } from '../list/figured.ts'
import { cleanTags } from '../rules.ts'
import { forgetPolicy } from './policy.ts'

/** Tags are the company’s: a part of it cannot change them. */
export function mustReachAll(ctx: Ctx): void {
  if (ctx.reach.kind !== 'all') refuse('labels.whole_company', 422)
}

type Definition = Pick<TagRow, 'tag' | 'colour' | 'group' | 'note'>
const definitions = (ctx: Ctx): Promise<Definition[]> =>
  planned<Definition>(ctx, 'select tag, colour, "group", note from tag_definition order by tag', [])

async function policyOf(ctx: Ctx): Promise<{ defined_only: boolean; version: number }> {
  const [row] = await planned<{ value: { defined_only: boolean }; version: number }>(
    ctx,
    `select value, version from label_setting where key = 'tags'`,
    [],
  )
  return { defined_only: row?.value.defined_only ?? false, version: row?.version ?? 0 }
}

export async function tagList(ctx: Ctx) {
  const used = await listTags(ctx, { query: {} })
  const rows = new Map<string, TagRow>()
  for (const one of await definitions(ctx)) rows.set(one.tag, { ...one, count: 0, defined: true })
  for (const { tag, count } of used.items)
    rows.set(tag, { colour: null, group: '', note: '', defined: false, ...rows.get(tag), tag, count })
  const items = [...rows.values()].sort((a, b) => b.count - a.count || (a.tag < b.tag ? -1 : 1))
  return { items, policy: await policyOf(ctx) }
}

const only = (tag: string): string => cleanTags([tag])[0] ?? refuse('labels.unknown_tag', 422, { tag })

export const defineTag = (ctx: Ctx, { body }: Input<typeof labels.defineTag>): Promise<TagRow> =>
  atomically(ctx, async (ctx) => {
    mustReachAll(ctx)
    const tag = only(body.tag)
    const before = (await definitions(ctx)).find((one) => one.tag === tag)
    const next = { colour: null, group: '', note: '', ...before, ...body, tag }
    await put(ctx, next)
    await record(ctx, {
      action: 'parties.tag_defined',
      subject: 'tag',
      subject_id: 0,
      was: {
        name: tag,
        ...(before ? { colour: before.colour, group: before.group, note: before.note } : {}),
      },
    })
    forgetPolicy(ctx)
    const row = (await tagList(ctx)).items.find((one) => one.tag === tag)
    return row ?? { ...next, count: 0, defined: true }
  })

const put = (ctx: Ctx, { tag, colour, group, note }: Definition) =>
  planned(
    ctx,
    `insert into tag_definition (tag, colour, "group", note, created_by, created_at) values ($1, $2, $3, $4, $5, $6)
     on conflict (tag) do update set colour = excluded.colour, "group" = excluded."group", note = excluded.note`,
    [tag, colour, group, note, ctx.who.kind === 'user' ? ctx.who.id : null, ctx.now],
  )

/** Those in use are defined by it: nobody's tag becomes a fault overnight. */
export const tagPolicy = (ctx: Ctx, { body }: Input<typeof labels.tagPolicy>) =>
  atomically(ctx, async (ctx) => {
    mustReachAll(ctx)
    const before = await policyOf(ctx)
    if (body.defined_only)
      await planned(
        ctx,
        `insert into tag_definition (tag, created_by, created_at)
         select substr(label, 2), $1, $2 from party_count where label >= '#' and label < '$' and length(label) between 2 and 61
         group by label having sum(delta) > 0 on conflict (tag) do nothing`,
        [ctx.who.kind === 'user' ? ctx.who.id : null, ctx.now],
      )
    await planned(
      ctx,
      `insert into label_setting (key, value) values ('tags', $1)
       on conflict (key) do update set value = excluded.value, version = label_setting.version + 1`,
      [JSON.stringify({ defined_only: body.defined_only })],
    )
    await record(ctx, {
      action: 'parties.tag_policy_changed',
      subject: 'tag',
      subject_id: 0,
      was: { defined_only: before.defined_only },
    })
    forgetPolicy(ctx)
    return policyOf(ctx)
  })

type In = Input<typeof labels.changeTags>
export const changeTagsWith =
  (figures: ListFigures) =>
  async (ctx: Ctx, { body }: Pick<In, 'body'>): Promise<TagChange> => {
    mustReachAll(ctx)
    const become = body.become === null ? null : only(body.become)
    const tags = cleanTags(body.tags).filter((tag) => tag !== become)
    if (tags.length === 0) refuse('labels.same_tag', 422)
    const { items } = await tagList(ctx)
    const gone = tags.find((tag) => !items.some((one) => one.tag === tag))
    if (gone) refuse('labels.unknown_tag', 422, { tag: gone })
    const mine = items.filter((one) => tags.includes(one.tag))
    const target = items.find(({ tag }) => tag === become)
    const verb = become === null ? 'delete' : target || tags.length > 1 ? 'merge' : 'rename'
    const id = await atomically(ctx, async (ctx) => {
      const bulk = mine.some(({ count }) => count > 0) ? await startBulk(figures, ctx, tags, become) : null
      await planned(ctx, 'delete from tag_definition where tag = any($1::text[])', [tags])
      const kept = mine.find(({ defined }) => defined)
      if (become !== null && kept && !target?.defined) await put(ctx, { ...kept, tag: become })
      return keep(ctx, { verb, tags, become, bulk, definitions: mine.filter(({ defined }) => defined) })
    })
    forgetPolicy(ctx)
    return changeOf(ctx, id)
  }

/** A bulk change like any other: its progress, its audit party by party, its way back. */
async function startBulk(figures: ListFigures, ctx: Ctx, from: string[], to: string | null): Promise<number> {
  const filter = JSON.stringify({ any: from.map((value) => ({ field: 'tag', op: 'is', value: [value] })) })
  const action = { do: 'retag' as const, from, to }
  const { id } = await startWith(figures)(ctx, {
    body: { selection: { filter: { filter } }, action },
  } as Parameters<ReturnType<typeof startWith>>[1])
  return id
}

type Kept = Pick<TagChange, 'verb' | 'tags' | 'become'> & { bulk: number | null; definitions: TagRow[] }
async function keep(ctx: Ctx, { verb, tags, become, bulk, definitions }: Kept): Promise<number> {
  const change_id = await ctx.house.ids.next()
  await planned(
    ctx,
    `insert into tag_change (change_id, verb, tags, become, bulk_id, definitions, changed_by, changed_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      change_id,
      verb,
      tags,
      become,
      bulk,
      JSON.stringify(definitions),
      ctx.who.kind === 'user' ? ctx.who.id : null,
      ctx.now,
    ],
  )
  await record(ctx, {
    action: 'parties.tags_changed',
    subject: 'tag',
    subject_id: change_id,
    was: { verb, tags, become },
  })
  return change_id
}

const changesText = `
select c.change_id as id, c.verb, c.tags, c.become, c.bulk_id, b.run_id, coalesce((select l.state from party_bulk l where l.root_id = b.root_id order by l.bulk_id desc limit 1), 'done') as state, coalesce(b.changed, 0)::int as changed,
  c.undone_at, u.name as by, c.changed_at as at
from tag_change c left join party_bulk b on b.bulk_id = c.bulk_id left join app_user u on u.user_id = c.changed_by`

async function changeOf(ctx: Ctx, id: number): Promise<TagChange> {
  const [row] = await planned<TagChange>(ctx, `${changesText} where c.change_id = $1`, [id])
  return row ?? notFound()
}

export const tagChanges = async (ctx: Ctx) => ({
  items: await planned<TagChange>(ctx, `${changesText} order by c.change_id desc limit 50`, []),
})

export async function undoTagChange(
  ctx: Ctx,
  { params }: Input<typeof labels.undoTagChange>,
): Promise<TagChange> {
  mustReachAll(ctx)
  await atomically(ctx, async (ctx) => {
    const [row] = await planned<{
      undone_at: string | null
      bulk_id: number | null
      become: string | null
      verb: string
      definitions: Definition[]
    }>(
      ctx,
      'select undone_at, bulk_id, become, verb, definitions from tag_change where change_id = $1 for update',
      [params.change_id],
    )
    if (!row) return notFound()
    if (row.undone_at) refuse('labels.undone', 409)
    if (row.bulk_id !== null)
      await undoBulk(ctx, { params: { bulk_id: row.bulk_id } } as Parameters<typeof undoBulk>[1])
    // The name that came by renaming goes with it; one that others had already stays.
    if (row.verb === 'rename') await planned(ctx, 'delete from tag_definition where tag = $1', [row.become])
    for (const definition of row.definitions) await put(ctx, definition)
    await planned(ctx, 'update tag_change set undone_at = $2 where change_id = $1', [
      params.change_id,
      ctx.now,
    ])
    await record(ctx, {
      action: 'parties.tags_changed_back',
      subject: 'tag',
      subject_id: params.change_id,
    })
  })
  forgetPolicy(ctx)
  return changeOf(ctx, params.change_id)
}
