import { readConfig, terminalLocale } from '../../kernel/config.ts'
import { type Ctx, systemCtx } from '../../kernel/ctx.ts'
import { problemOf } from '../../kernel/problem.ts'
import { Refusal } from '../../kernel/refuse.ts'
import type { Locale, Phrase, Words } from '../../kernel/text.ts'
import { kernelWords } from '../../kernel/words.ts'
import { cliActor } from '../../modules/access/cli.ts'
import { modules } from '../../modules/index.ts'
import { type OpenHouse, openHouse } from '../house.ts'
import { terminalLog } from '../log.ts'

/** Documented in `--help` and docs/operating.md. */
export const Exit = { done: 0, failed: 1, usage: 2, partly: 3 } as const

export type Given = {
  words: string[]
  options: Record<string, string | boolean | undefined>
  json: boolean
  locale: Locale
}
export type Command = {
  /** what stands after the name, for help */
  readonly takes: string
  readonly does: Phrase
  readonly options: {
    readonly [name: string]: { readonly takes?: string; readonly does: Phrase; readonly short?: string }
  }
  readonly run: (given: Given) => Promise<number>
  readonly explain?: (error: unknown) => string | undefined
}
export const command = (definition: Command): Command => definition

/** A missing or surplus word: told with the command's help, exit 2. */
export const usage = (): never => {
  throw Object.assign(new Error('usage'), { code: 'cli.usage' })
}

/** Used wrongly, and said how: exit 2. */
export class Misuse extends Error {}

/** Beside a running Guanxi of the same home, or with the database started for the command alone. */
export async function inHouse<R>(given: Given, work: (ctx: Ctx, house: OpenHouse) => Promise<R>): Promise<R> {
  const config = readConfig()
  const house = await openHouse(config, terminalLog(config.logLevel === 'info' ? 'warn' : config.logLevel))
  try {
    return await work(systemCtx(house, { who: await cliActor(house, modules), locale: given.locale }), house)
  } finally {
    await house.close()
  }
}

const words: Words = Object.assign({}, kernelWords, ...modules.map((m) => m.words)) as Words

/** A refusal in the words that the API uses for it. */
export const explainRefusal = (error: unknown): string | undefined =>
  error instanceof Refusal && words[error.code]
    ? problemOf(error, words, terminalLocale(), '').detail
    : undefined

export function print(given: Given, json: unknown, lines: string): void {
  process.stdout.write(given.json ? `${JSON.stringify(json)}\n` : `${lines}\n`)
}
export const text = (given: Given, key: string): string | undefined => {
  const value = given.options[key]
  return typeof value === 'string' ? value : undefined
}
