import type { TSchema } from 'typebox'
import type { Ctx } from '../../../kernel/ctx.ts'
import type { Output, Route } from '../../../kernel/route.ts'
import { type Phrase, phrase } from '../../../kernel/text.ts'
import { userByEmail } from '../../../modules/access/cli.ts'
import { type Command, command, Exit, type Given, text as option, print, usage } from '../command.ts'
import { aligned } from '../table.ts'
import { acting, call, explainCall, optionName } from './call.ts'
import { optionWords, verbText as t } from './text.ts'

// A verb is a route and how it is said: which of its properties stand without a name, and what is shown of the answer.
// Everything else it takes is an option, by the route's own shapes.

type Options = Command['options']
type Said = Record<string, unknown>
export type Lines = string | readonly (readonly string[])[]
export type Verb<R extends Route> = {
  does: Phrase
  /** properties that stand without a name, in their order; `…*` takes all that are left */
  words?: readonly string[]
  /** properties that nobody says here */
  without?: readonly string[]
  /** options of its own, beside the route's; what `input` makes of them */
  options?: Options
  /** what is said for the caller; what they say themselves comes before it */
  input?: (ctx: Ctx, given: Given) => Said | Promise<Said>
  lines: (answer: Output<R>, ctx: Ctx) => Lines
}

const PARTS = ['params', 'query', 'body'] as const
const shapesOf = (route: Route): Record<string, TSchema> =>
  Object.assign({}, ...PARTS.map((part) => (route[part] as { properties?: object } | undefined)?.properties))

export const As: Options = { as: { takes: '<e-mail>', does: t.as } }
const PAGE_MAX = 200

export function verb<const R extends Route>(route: R, how: Verb<R>): Command {
  const { words = [], without = [] } = how
  const shapes = shapesOf(route)
  const named = words.map((word) => word.replace('*', ''))
  const left = Object.entries(shapes).filter(([name]) => ![...named, ...without, 'cursor'].includes(name))
  return command({
    takes: words
      .map(
        (word) =>
          `<${word.replace('_id', '').replaceAll('_', '-').replace('*', '>…').replace(/>…$/, '')}>${word.endsWith('*') ? '…' : ''}`,
      )
      .join(' '),
    does: how.does,
    options: {
      ...Object.fromEntries(left.map(([name, shape]) => [optionName(name).slice(2), optionOf(name, shape)])),
      ...how.options,
      ...As,
    },
    explain: explainCall,
    run: (given) => {
      const many = words.at(-1)?.endsWith('*') ?? false
      if (given.words.length < words.length || (!many && given.words.length > words.length)) return usage()
      return acting(given, async (ctx) => {
        const said: Said = { ...(await how.input?.(ctx, given)) }
        for (const [i, name] of named.entries())
          said[name] = many && i === named.length - 1 ? given.words.slice(i) : given.words[i]
        for (const [name, shape] of left) {
          const value = given.options[optionName(name).slice(2)]
          if (value !== undefined) said[name] = await meant(ctx, name, shape, value)
        }
        const answer = await ask(ctx, route, said)
        print(given, answer ?? {}, shown(how.lines(answer, ctx), ctx))
        return Exit.done
      })
    },
  })
}

/** Each property where the route wants it; of a list as many pages as were asked for. */
async function ask<const R extends Route>(ctx: Ctx, route: R, said: Said): Promise<Output<R>> {
  const of = (part: (typeof PARTS)[number]) =>
    Object.fromEntries(
      Object.keys((route[part] as { properties?: object } | undefined)?.properties ?? {}).flatMap((name) =>
        said[name] === undefined ? [] : [[name, said[name]]],
      ),
    )
  const once = (over: object) =>
    call(ctx, route, {
      params: of('params'),
      query: { ...of('query'), ...over },
      ...(route.body ? { body: of('body') } : {}),
    })
  const wanted = Number(said['limit'])
  if (!(wanted > PAGE_MAX)) return once({})
  const items: unknown[] = []
  let page: { items: unknown[]; next: string | null }
  let cursor: string | null = null
  do {
    const limit = Math.min(PAGE_MAX, wanted - items.length)
    page = (await once({ limit, ...(cursor ? { cursor } : {}) })) as typeof page
    items.push(...page.items)
    cursor = page.next
  } while (cursor && items.length < wanted)
  return { ...page, items } as Output<R>
}

type Shape = TSchema & { type?: unknown; enum?: unknown[]; format?: string; items?: Shape }

function optionOf(name: string, shape: TSchema): Options[string] {
  const { type, enum: allowed, format } = shape as Shape
  const takes = takesOf(name, [type].flat(), allowed, format)
  const does = optionWords[optionName(name).slice(2)]
  if (!does) throw new Error(`no words for the option ${optionName(name)}`)
  return takes ? { takes, does } : { does }
}

function takesOf(name: string, types: unknown[], allowed?: unknown[], format?: string): string | null {
  if (allowed) return `<${allowed.filter((one) => one !== null).join('|')}>`
  if (types.includes('boolean')) return null
  if (name === 'owner_id' || name === 'assignee_id') return '<e-mail>'
  if (types.includes('integer')) return '<n>'
  if (types.includes('array')) return '<a,b>'
  return format === 'date' ? '<YYYY-MM-DD>' : format === 'date-time' ? '<time>' : '<text>'
}

/** What was typed, as the route wants it: people by e-mail, lists by commas, what has parts as JSON. */
async function meant(ctx: Ctx, name: string, shape: TSchema, value: string | boolean): Promise<unknown> {
  if (typeof value === 'boolean') return value
  const { type } = shape as Shape
  if (type === 'array') return value.split(',').map((one) => one.trim())
  if (/^(owner|assignee)_id$/.test(name)) return personOf(ctx, value)
  return type === undefined || type === 'object' ? fromJson(value) : value
}

export const personOf = async (ctx: Ctx, said: string): Promise<string | number> =>
  said.includes('@') ? userByEmail(ctx, said) : said

export function fromJson(said: string): unknown {
  try {
    return JSON.parse(said)
  } catch {
    return said
  }
}

export const shown = (lines: Lines, { locale }: Ctx): string => {
  if (typeof lines === 'string') return lines
  return lines.length === 0 ? phrase(t.nothing, locale) : aligned(lines).join('\n')
}

/** A number of a thing, as it was typed. */
export const idOf = (word: string | undefined): number =>
  word !== undefined && /^\d{1,15}$/.test(word) ? Number(word) : usage()
export const flag = (given: Given, name: string): boolean => given.options[name] === true
export { option }
