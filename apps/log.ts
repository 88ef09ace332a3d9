import type { LogLevel } from '../kernel/config.ts'
import type { Log } from '../kernel/ctx.ts'

const order = { debug: 0, info: 1, warn: 2, error: 3, silent: 4 } as const

/** One JSON line per entry on stderr: stdout belongs to what a command answers. No personal data goes in. */
export function terminalLog(level: LogLevel): Log {
  const at =
    (name: keyof Log) =>
    (details: object, message = '') => {
      if (order[name] < order[level]) return
      process.stderr.write(
        `${JSON.stringify({ at: new Date().toISOString(), level: name, message, ...details })}\n`,
      )
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
