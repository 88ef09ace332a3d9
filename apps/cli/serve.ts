import { readConfig } from '../../kernel/config.ts'
import { run } from '../server.ts'
import { command, Exit, text as option } from './command.ts'
import { text as sampleText } from './sample.text.ts'
import { text } from './text.ts'

export const serveCommand = command({
  takes: '',
  does: text.serve,
  options: { port: { takes: 'N', does: text.serve_port }, sample: { does: sampleText.load } },
  run: async (given) => {
    const port = option(given, 'port')
    await run(readConfig(undefined, port === undefined ? {} : { PORT: port }), {
      sample: given.options['sample'] === true,
    })
    return Exit.done
  },
})
