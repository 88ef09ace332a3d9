import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Ctx } from '../../kernel/ctx.ts'
import type { FileAnswer } from '../../kernel/module.ts'
import type { Invalid } from '../../kernel/problem.ts'
import type { Route } from '../../kernel/route.ts'
import { phrase } from '../../kernel/text.ts'
import { compilers } from '../../kernel/validate.ts'
import { modules } from '../../modules/index.ts'
import {
  command,
  Exit,
  explainRefusal,
  type Given,
  inHouse,
  text as option,
  print,
  usage,
} from './command.ts'
import { text } from './export.text.ts'

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

class Wrong extends Error {}

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
    output: { takes: '<file>', does: text.output, short: 'o' },
  },
  explain: (error) => (error instanceof Wrong ? error.message : explainRefusal(error)),
  run: (given) => {
    const [name, ...surplus] = given.words
    const path = option(given, 'output')
    if (!name || !path || surplus.length > 0) return usage()
    const list = lists.get(name)
    if (!list) throw new Wrong(phrase(text.unknown_list, given.locale, { name, lists: names }))
    const input = asked(given, name, list.route, path)
    return inHouse(given, async (ctx) => {
      const file = await list.handler(ctx, input)
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

/** What the API would be asked, checked as it checks: by the route's own shapes. */
function asked(given: Given, name: string, route: Route, path: string): { params: object; query: object } {
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
