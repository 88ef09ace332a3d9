import { type Actor, type Ctx, planned, type Reach } from '../../../kernel/ctx.ts'
import { notFound, Refusal, refuse } from '../../../kernel/refuse.ts'
import type { May, Route } from '../../../kernel/route.ts'
import { admission, reachOf } from '../../../kernel/scope.ts'
import type { Sight } from '../contract.ts'
import { actorOfUser } from '../identify.ts'
import { isPermission, servedRoute, wordsOf } from '../permissions.ts'
import { countRows, rowsOf } from './sees.rows.ts'
import { unitsOf } from './tree.ts'
import { userOf } from './users.ts'

type Asked = {
  params: { id: number }
  query: { permission?: string; route?: string; thing_id?: number }
}

/**
 * Not a copy of the rules: the actor is made by the statement that makes callers, admitted by what admits requests,
 * counted through the scope that lists are cut by, and a thing is read by its own handler as that actor.
 */
export async function sees(ctx: Ctx, { params, query }: Asked): Promise<Sight> {
  const user = await userOf(ctx, params.id)
  const { route, handler } = placeOf(query)
  const them = (await actorOfUser(ctx.house, user.user_id)) ?? notFound()
  const { reach, lacks } = admission(them, route)
  const zh = ctx.locale === 'zh-CN'
  const [role] = await planned<{ role_id: number; name_zh: string; name_en: string }>(
    ctx,
    'select role_id, name_zh, name_en from role where code = $1',
    [them.role],
  )
  const guarded = route.may.includes(':')
  const own = guarded ? reachOf(ctx.who, route.may) : null
  const rows_of = rowsOf(route.may)
  const rows = reach && own && rows_of ? await countRows(ctx, rows_of, reach, own) : null
  const thing =
    reach && query.thing_id !== undefined && handler
      ? await look(ctx, { route, handler }, them, reach, query.thing_id)
      : null
  return {
    user_id: user.user_id,
    name: user.name,
    active: user.active,
    role: them.role,
    role_id: role!.role_id,
    role_name: zh ? role!.name_zh : role!.name_en,
    unit_name: user.unit_name,
    permission: route.may,
    permission_words: wordsOf(ctx, route.may),
    may: reach !== null && user.active,
    lacks,
    lacks_words: lacks && wordsOf(ctx, lacks),
    scope: reach && guarded ? (them.grants[route.may] ?? null) : null,
    units: await namesOf(ctx, reach),
    rows,
    rows_of: rows === null ? null : rows_of,
    whole: own?.kind === 'all',
    masks: [...them.masks] as Sight['masks'],
    thing,
  }
}

type Handler = NonNullable<ReturnType<typeof servedRoute>>['handler']
function placeOf({ permission, route }: Asked['query']): {
  route: Pick<Route, 'may' | 'also'>
  handler: Handler | null
} {
  if (route !== undefined) {
    const found = servedRoute(route)
    // A file or a stream is not read to see what would be in it; a thing is what stands at its own address.
    if (found?.route.method !== 'GET' || typeof found.route.gives !== 'object')
      return refuse('access.route_unknown', 422, { route })
    return { route: found.route, handler: route.endsWith('/:id') ? found.handler : null }
  }
  if (permission === undefined) return refuse('access.sees_what', 422)
  if (!isPermission(permission)) refuse('access.permission_unknown', 422, { permission })
  return { route: { may: permission as May }, handler: null }
}

type Place = { route: Pick<Route, 'may' | 'also'>; handler: Handler }
/** Read first as who asks: what they may not see is not there for them, whoever they ask about. */
async function look(ctx: Ctx, { route, handler }: Place, them: Actor, reach: Reach, id: number) {
  const own = admission(ctx.who, route).reach ?? notFound()
  const input = { params: { id }, query: {}, body: undefined, headers: {}, cookies: {} }
  const mine = await handler({ ...ctx, reach: own }, input)
  try {
    const answer = await handler({ ...ctx, who: them, reach }, input)
    const hidden = [...withheldIn(answer), ...absentFrom(answer, mine)]
    return { there: true, withheld: [...new Set(hidden)].sort() }
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) return { there: false, withheld: [] }
    throw error
  }
}

/** Custom fields that a role does not see are not in its answer at all: what who asks sees of them, and they do not. */
function absentFrom(theirs: unknown, mine: unknown): string[] {
  const fields = (answer: unknown) => Object.keys((answer as { fields?: object } | null)?.fields ?? {})
  const there = new Set(fields(theirs))
  return fields(mine)
    .filter((key) => !there.has(key))
    .map((key) => `fields.${key}`)
}

/** Answers say what they hold back: `withheld: true` beside a value of a kind, or `cost_withheld: true`. */
function withheldIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(withheldIn)
  if (value === null || typeof value !== 'object') return []
  return Object.entries(value).flatMap(([key, one]) => {
    if (one !== true) return withheldIn(one)
    if (key === 'withheld') return [String((value as { kind?: unknown }).kind ?? 'value')]
    return key.endsWith('_withheld') ? [key.slice(0, -'_withheld'.length)] : []
  })
}

const NAMES = 50
async function namesOf(ctx: Ctx, reach: Reach | null): Promise<string[]> {
  if (reach?.kind !== 'units') return []
  const all = await unitsOf(ctx)
  return all
    .filter((unit) => reach.unit_ids.includes(unit.unit_id))
    .slice(0, NAMES)
    .map((unit) => unit.name)
}
