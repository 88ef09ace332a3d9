import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type Ctx, may } from '../../kernel/ctx.ts'
import type { FileAnswer } from '../../kernel/module.ts'
import type { Invalid } from '../../kernel/problem.ts'
import type { Route } from '../../kernel/route.ts'
import { phrase } from '../../kernel/text.ts'
import { compilers } from '../../kernel/validate.ts'
import { modules } from '../../modules/index.ts'
import { partyHeadings, valueHeadings } from '../../modules/parties/text.export.ts'
import { listFigures } from '../../modules/value/list.ts'
import { command, Exit, explainRefusal, type Given, Misuse, text as option, print, usage } from './command.ts'
import { text } from './export.text.ts'
import { acting, admitted } from './verbs/call.ts'
import { viewNamed } from './verbs/chosen.ts'
import { verbText } from './verbs/text.ts'
import { As } from './verbs/verb.ts'

type Exportable = {
  route: Route
  handler: (ctx: Ctx, input: { params: object; query: object }) => Promise<FileAnswer>
}

/** Every list that goes out as a file, by the name that its route gives it. */
const lists = new Map<string, Exportable>(
  modules.flatMap((module) =>
    Object.entries(module.routes).flatMap(([name, route]) =>
      route.exports
        ? [
            [
              route.exports,
              { route, handler: module.handlers[name] as unknown as Exportable['handler'] },
            ] as const,
          ]
        : [],
    ),
  ),
)
const names = [...lists.keys()]

class Wrong extends Misuse {}

export const exportCommand = command({
  takes: '<list> --output <file>',
  does: {
    zh: phrase(text.does, 'zh-CN', { lists: names }),
    en: phrase(text.does, 'en', { lists: names }),
  },
  options: {
    filter: { takes: '<a=b&c=d>', does: text.filter },
    format: { takes: '<csv|xlsx>', does: text.format },
    columns: { takes: '<a,b>', does: text.columns },
    lang: { takes: '<zh-CN|en>', does: text.lang },
    view: { takes: '<id|name>', does: verbText.view },
    output: { takes: '<file>', does: text.output, short: 'o' },
    ...As,
  },
  explain: (error) => (error instanceof Misuse ? error.message : explainRefusal(error)),
  run: (given) => {
    const [name, ...surplus] = given.words
    const path = option(given, 'output')
    if (!name || !path || surplus.length > 0) return usage()
    const list = lists.get(name)
    if (!list) throw new Wrong(phrase(text.unknown_list, given.locale, { name, lists: names }))
    const view = option(given, 'view')
    if (view !== undefined && name !== 'parties')
      throw new Misuse(phrase(verbText.view_not_for, given.locale, { name }))
    const input = asked(given, name, list.route, path)
    return acting(given, async (ctx) => {
      if (view !== undefined) Object.assign(input.query, await viewed(ctx, view, input.query))
      const file = await list.handler(admitted(ctx, list.route), input)
      await save(file, path)
      const rows = Number(file.headers?.['guanxi-rows'])
      if (path !== '-')
        print(
          given,
          { list: name, rows, path: resolve(path) },
          phrase(text.done, given.locale, { rows, path }),
        )
      return Exit.done
    })
  },
})

/** What a saved view asks for and shows; what is said beside it comes before it. */
async function viewed(ctx: Ctx, said: string, query: Record<string, unknown>): Promise<object> {
  const { filter, sort, columns } = (await viewNamed(ctx, said)).state
  return {
    ...(filter === undefined ? {} : { filter }),
    ...(sort === undefined
      ? {}
      : { sort: sort.replace(/^-/, ''), order: sort.startsWith('-') ? 'desc' : 'asc' }),
    ...(columns && columns.length > 0 ? { columns: exported(ctx, columns).join(',') } : {}),
    ...query,
  }
}

/** Columns of the list that a file has; what is a figure on paper goes with its currency. */
const exported = ({ who }: Ctx, columns: readonly string[]): string[] =>
  columns
    .filter((key) => key in partyHeadings || key.startsWith('fields.'))
    .filter((key) => !(key in valueHeadings) || may(who, listFigures.may))
    .flatMap((key) => (key === 'revenue' ? [key, 'currency'] : [key]))

/** What the API would be asked, checked as it checks: by the route's own shapes. */
function asked(
  given: Given,
  name: string,
  route: Route,
  path: string,
): { params: object; query: Record<string, unknown> } {
  const format = option(given, 'format') ?? (/\.xlsx$/i.test(path) ? 'xlsx' : 'csv')
  const params: Record<string, unknown> = {}
  const query: Record<string, unknown> = { format }
  const ids = Object.keys(route.params?.properties ?? {})
  const known = Object.keys(route.query?.properties ?? {})
  for (const [key, value] of new URLSearchParams(option(given, 'filter') ?? '')) {
    if (ids.includes(key)) params[key] = value
    else if (known.includes(key)) query[key] = value
    else
      throw new Wrong(
        phrase(text.unknown_filter, given.locale, { name, unknown: key, known: [...ids, ...known] }),
      )
  }
  for (const key of ['columns', 'lang'] as const)
    if (option(given, key) !== undefined) query[key] = option(given, key)
  for (const param of ids)
    if (params[param] === undefined) throw new Wrong(phrase(text.needs_id, given.locale, { name, param }))
  check(given, route.params, 'params', params)
  check(given, route.query, 'querystring', query)
  return { params, query }
}

function check(given: Given, schema: Route['query'], httpPart: string, value: object): void {
  if (!schema) return
  const { error } = compilers().validator({ schema, httpPart })(value) as { error?: Invalid }
  if (error)
    throw new Wrong(phrase(text.bad_filter, given.locale, { fields: error.fields.map(({ path }) => path) }))
}

/** A file that is there is whole: it takes its name at the end. */
async function save({ stream }: FileAnswer, path: string): Promise<void> {
  if (path === '-') {
    for await (const chunk of stream)
      if (!process.stdout.write(chunk as Buffer))
        await new Promise<void>((go) => process.stdout.once('drain', () => go()))
    return
  }
  const part = `${path}.part`
  try {
    await pipeline(stream, createWriteStream(part))
    await rename(part, path)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}
