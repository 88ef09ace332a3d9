import type { Ctx } from '../../../kernel/ctx.ts'
import { phrase } from '../../../kernel/text.ts'
import { BulkFilter, type BulkSelection, parties, type View } from '../../../modules/parties/contract.ts'
import { type Command, type Given, Misuse, usage } from '../command.ts'
import { call } from './call.ts'
import { verbText as t } from './text.ts'
import { flag, fromJson, option, personOf } from './verb.ts'

// Which customers: by number, by the list's filter, by a saved view; everybody only where that is said.

export const Chosen: Command['options'] = {
  filter: { takes: '<a=b&c=d|JSON>', does: t.filter },
  view: { takes: '<id|name>', does: t.view },
  ids: { takes: '<1,2,…>', does: t.ids },
  all: { does: t.all },
}

/** By its number, or by its name where only one has it. */
export async function viewNamed(ctx: Ctx, said: string): Promise<View> {
  const { items } = await call(ctx, parties.views, {})
  const byId = items.filter(({ id }) => String(id) === said)
  const found = byId.length > 0 ? byId : items.filter(({ name }) => name === said)
  if (found.length !== 1)
    throw new Misuse(phrase(t.no_view, ctx.locale, { name: said, views: items.map(({ name }) => name) }))
  const [view] = found
  if (view!.blocked) throw new Misuse(phrase(t.view_blocked, ctx.locale, { name: view!.name }))
  return view!
}

export async function chosen(ctx: Ctx, given: Given): Promise<BulkSelection> {
  const ways = (['filter', 'view', 'ids'] as const).filter((name) => option(given, name) !== undefined)
  if (ways.length + (flag(given, 'all') ? 1 : 0) !== 1) throw new Misuse(phrase(t.choose_one, ctx.locale))
  const ids = option(given, 'ids')
  if (ids !== undefined) return { ids: ids.split(',').map((id) => Number(id)) }
  const view = option(given, 'view')
  if (view !== undefined) {
    const { filter } = (await viewNamed(ctx, view)).state
    return { filter: filter === undefined ? {} : { filter } }
  }
  return { filter: await filterOf(ctx, option(given, 'filter') ?? '') }
}

const KNOWN = Object.keys(BulkFilter.properties)
/** As the API takes them, or the tree of conditions alone. */
async function filterOf(ctx: Ctx, said: string): Promise<object> {
  if (said.startsWith('{')) {
    if (typeof fromJson(said) === 'string') return usage()
    return { filter: said }
  }
  const filter: Record<string, unknown> = {}
  for (const [key, value] of new URLSearchParams(said)) {
    if (!KNOWN.includes(key))
      throw new Misuse(phrase(t.unknown_filter, ctx.locale, { unknown: key, known: KNOWN }))
    filter[key] = key === 'owner_id' ? Number(await personOf(ctx, value)) : numeric(key, value)
  }
  return filter
}

const numeric = (key: string, value: string): unknown => {
  const { type } = (BulkFilter.properties as Record<string, { type?: unknown }>)[key] ?? {}
  return type === 'integer' || type === 'number'
    ? Number(value)
    : type === 'boolean'
      ? value === 'true'
      : value
}
