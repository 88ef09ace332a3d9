import { randomUUID } from 'node:crypto'
import type { TSchema } from 'typebox'
import type { Ctx } from '../../../kernel/ctx.ts'
import type { Invalid } from '../../../kernel/problem.ts'
import { Refusal, refuse } from '../../../kernel/refuse.ts'
import type { Output, Route } from '../../../kernel/route.ts'
import { admission } from '../../../kernel/scope.ts'
import { phrase, type Words } from '../../../kernel/text.ts'
import { compilers } from '../../../kernel/validate.ts'
import { kernelWords } from '../../../kernel/words.ts'
import { actingAs } from '../../../modules/access/cli.ts'
import { companyOf } from '../../../modules/access/company.ts'
import { modules } from '../../../modules/index.ts'
import type { OpenHouse } from '../../house.ts'
import { explainRefusal, type Given, inHouse, Misuse, text as option } from '../command.ts'

// A route called from a terminal: the same rights, the same checks, the same handler, the same answer as over HTTP.

type Handler = (ctx: Ctx, input: object) => Promise<unknown>
const handlers = new Map<Route, Handler>(
  modules.flatMap((m) =>
    Object.entries(m.routes).map(([name, route]) => [route, m.handlers[name] as unknown as Handler] as const),
  ),
)

/** Everything, as the command line; or as a person of this house (`--as`), with what they may and in their name. */
export const acting = (given: Given, work: (ctx: Ctx, house: OpenHouse) => Promise<number>) =>
  inHouse(given, async (ctx, house) => {
    const email = option(given, 'as')
    const request_id = `cli-${randomUUID()}`
    const { time_zone: zone } = await companyOf(ctx)
    const person = email === undefined ? { zone } : await actingAs(ctx, email)
    return work({ ...ctx, ...person, request_id }, house)
  })

/** What the route's permission reaches for who asks, or the refusal that the API would give. */
export function admitted(ctx: Ctx, route: Route): Ctx {
  const { reach, lacks } = admission(ctx.who, route)
  return reach ? { ...ctx, reach } : refuse('kernel.not_allowed', 403, { permission: lacks })
}

export async function call<const R extends Route>(
  ctx: Ctx,
  route: R,
  { params = {}, query = {}, body }: { params?: object; query?: object; body?: unknown },
): Promise<Output<R>> {
  const mine = admitted(ctx, route)
  const input = {
    params: checked(ctx, route.params, params),
    query: checked(ctx, route.query, query),
    body: checked(ctx, route.body, body),
    headers: {},
    cookies: {},
  }
  const answer = await handlers.get(route)!(mine, input)
  return (typeof route.gives === 'object' ? asTold(route, route.gives, answer) : answer) as Output<R>
}

const { validator, serializer } = compilers()

/** What a terminal says is text: it is taken for what the shape asks. */
function checked<V>(ctx: Ctx, schema: TSchema | undefined, value: V): V {
  if (!schema) return value
  const { error } = validator({ schema, httpPart: 'querystring' })(value) as { error?: Invalid }
  if (!error) return value
  const said = error.fields.map(({ path, key, params }) => {
    const [, name = ''] = path.split('.')
    return `${optionName(name)}: ${phrase((kernelWords as Words)[key]!, ctx.locale, params)}`
  })
  throw new Misuse(said.join('\n'))
}

/** No more than the API tells: what its shape does not name stays here. */
const asTold = (route: Route, schema: TSchema, answer: unknown): unknown =>
  JSON.parse(serializer({ schema, method: route.method, url: route.path })(answer))

/** `due_on` is `--due-on`, and `assignee_id` is `--assignee`. */
export const optionName = (property: string): string =>
  `--${property.replace(/_id$/, '').replaceAll('_', '-')}`

export const explainCall = (error: unknown): string | undefined =>
  error instanceof Misuse ? error.message : error instanceof Refusal ? explainRefusal(error) : undefined
