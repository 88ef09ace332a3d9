import { ConfigError, readConfig } from '../../kernel/config.ts'
import { run } from '../server.ts'
import { command, Exit, text as option } from './command.ts'
import { text } from './text.ts'

export const serveCommand = command({
  takes: '',
  does: text.serve,
  options: { port: { takes: 'N', does: text.serve_port } },
  run: async (given) => {
    const port = option(given, 'port')
    if (port !== undefined && !/^\d{1,5}$/.test(port)) throw new ConfigError(`--port ${port}`)
    const config = readConfig()
    await run(port === undefined ? config : { ...config, port: Number(port) })
    return Exit.done
  },
})
