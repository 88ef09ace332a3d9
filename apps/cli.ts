import { parseArgs } from 'node:util'
import { ConfigError, terminalLocale } from '../kernel/config.ts'
import { type Phrase, phrase } from '../kernel/text.ts'
import { type Command, Exit, Misuse } from './cli/command.ts'
import { commands } from './cli/commands.ts'
import { text } from './cli/text.ts'
import { explain } from './server.ts'

const say = (p: Phrase, params = {}) => phrase(p, terminalLocale(), params)

/** The longest name that the words begin with: `import orders` before `import`. */
function find(words: readonly string[]): { name: string; command: Command; rest: string[] } | null {
  for (const length of [2, 1]) {
    const name = words.slice(0, length).join(' ')
    const command = commands[name]
    if (command && words.length >= length) return { name, command, rest: words.slice(length) }
  }
  return null
}

/** All commands, or those that begin with this word: `guanxi tasks`. */
function overview(word = ''): string {
  const family = Object.entries(commands).filter(([name]) => name.split(' ')[0] === word)
  const names = family.length > 0 ? family : Object.entries(commands)
  const width = Math.max(...names.map(([name, c]) => `${name} ${c.takes}`.length))
  const lines = names.map(([name, c]) => `  ${`${name} ${c.takes}`.padEnd(width)}  ${say(c.does)}`)
  return `${say(text.usage)}\n\n${lines.join('\n')}\n\n${say(text.common)}\n\n${say(text.exits)}`
}

function helpOf(name: string, command: Command): string {
  const options = Object.entries(command.options).map(
    ([option, o]) => `  --${`${option}${o.takes ? ` ${o.takes}` : ''}`.padEnd(24)}  ${say(o.does)}`,
  )
  return `guanxi ${name} ${command.takes}\n\n  ${say(command.does)}\n\n${[...options, `  --json                      ${say(text.json)}`, `  --help                      ${say(text.help)}`].join('\n')}\n\n${say(text.exits)}`
}

async function main(argv: string[]): Promise<number> {
  const words = argv.filter((word) => !word.startsWith('-'))
  const found = find(words)
  const wantsHelp = argv.includes('--help') || argv.includes('-h')
  if (!found) {
    if (argv.includes('--version')) console.log((await import('../kernel/config.ts')).readConfig({}).version)
    else if (words.length > 0 && !wantsHelp)
      console.error(`${say(text.unknown_command, { name: words.join(' ') })}\n\n${overview(words[0])}`)
    else (wantsHelp || argv.length === 0 ? console.log : console.error)(overview(words[0]))
    return wantsHelp || argv.includes('--version') ? Exit.done : Exit.usage
  }
  if (wantsHelp) {
    console.log(helpOf(found.name, found.command))
    return Exit.done
  }
  const options = Object.fromEntries(
    Object.entries(found.command.options).map(([name, o]) => [
      name,
      {
        type: o.takes ? ('string' as const) : ('boolean' as const),
        ...(o.short ? { short: o.short } : {}),
      },
    ]),
  )
  try {
    const { values, positionals } = parseArgs({
      args: argv,
      allowPositionals: true,
      options: { ...options, json: { type: 'boolean' } },
    })
    const rest = positionals.slice(found.name.split(' ').length)
    return await found.command.run({
      words: rest,
      options: values as Record<string, string | boolean | undefined>,
      json: values['json'] === true,
      locale: terminalLocale(),
    })
  } catch (error) {
    return complain(error, found)
  }
}

/** Node says what is wrong in English only: its code and the option's name are enough to say it ourselves. */
function misused(code: string, { message }: Error): string {
  const option = /'(-[^' ]*)/.exec(message)?.[1] ?? ''
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return say(text.unknown_option, { option })
  if (code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') return say(text.bad_option, { option })
  return say(text.missing)
}

function complain(error: unknown, { name, command }: { name: string; command: Command }): number {
  const code = (error as { code?: string }).code
  if (code?.startsWith('ERR_PARSE_ARGS') || code === 'cli.usage') {
    console.error(`${misused(code, error as Error)}\n\n${helpOf(name, command)}`)
    return Exit.usage
  }
  console.error(error instanceof ConfigError ? error.message : (command.explain?.(error) ?? explain(error)))
  return error instanceof ConfigError || error instanceof Misuse ? Exit.usage : Exit.failed
}

process.exitCode = await main(process.argv.slice(2))
