import { type Ctx, planned } from '../../kernel/ctx.ts'
import { type Module, permissionsOf } from '../../kernel/module.ts'
import { type Phrase, phrase } from '../../kernel/text.ts'
import { access } from './contract.ts'
import { decided } from './rules.roles.ts'
import { scopesOf } from './rules.ts'
import { text } from './text.ts'

// What can be granted is what the modules' routes ask for. Modules stand above access in the list and are not
// imported here, so whoever composes them says once what there is; until then it is what rules.roles.ts decides.
const own = Object.values(access).map((route) => route.may)
let known: ReadonlyMap<string, Phrase | undefined> = new Map(
  [...new Set([...decided, ...own.filter((may) => may.includes(':'))])]
    .sort()
    .map((code) => [code, phraseOf(text, code)]),
)

function phraseOf(words: object, code: string): Phrase | undefined {
  return (words as Record<string, Phrase>)[`may.${code}`]
}

/** Called where the modules are composed (modules/index.ts, apps/). */
export function knowModules(modules: readonly Module[]): void {
  const words = Object.assign({}, ...modules.map((module) => module.words)) as object
  known = new Map(permissionsOf(modules).map((code) => [code, phraseOf(words, code)]))
  served = modules
}

let served: readonly Module[] = []
/** A route as it is served, with its handler: `GET /parties/:id`. */
export function servedRoute(line: string) {
  for (const module of served)
    for (const [name, route] of Object.entries(module.routes))
      if (`${route.method} ${route.path}` === line)
        return { route, handler: module.handlers[name] as (ctx: Ctx, input: unknown) => Promise<unknown> }
  return undefined
}

export const allPermissions = (): string[] => [...known.keys()]
export const isPermission = (code: string): boolean => known.has(code)

export const wordsOf = (ctx: Ctx, code: string): string => {
  const words = known.get(code)
  return words ? phrase(words, ctx.locale) : code
}

export const listPermissions = async (ctx: Ctx) => ({
  items: [...known.keys()].map((code) => ({
    code,
    words: wordsOf(ctx, code),
    scopes: [...scopesOf(code)],
  })),
})

const LOCK = 7_261_113
/** Changes of who may do what go one at a time: the last administrator, cycles in the tree, the first set-up. */
export const lockAccess = (ctx: Ctx) => planned(ctx, 'select pg_advisory_xact_lock($1::bigint)', [LOCK])
