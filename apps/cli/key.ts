import { createKey } from '../../modules/access/cli.ts'
import { command, Exit, explainRefusal, inHouse, text as option, usage } from './command.ts'
import { text } from './text.ts'

export const keyCreate = command({
  takes: '--role <role> --name <name>',
  does: text.key_create,
  options: {
    role: { takes: '<role>', does: text.key_role },
    name: { takes: '<name>', does: text.key_name },
    unit: { takes: '<unit>', does: text.user_unit },
  },
  explain: (error) => explainRefusal(error),
  run: (given) => {
    const role = option(given, 'role')
    const name = option(given, 'name')
    if (!role || !name || given.words.length > 0) usage()
    return inHouse(given, async (ctx) => {
      const made = await createKey(ctx, { role: role!, name: name!, unit: option(given, 'unit') })
      // The key alone, so that a script can take it: KEY=$(npx guanxi key create …)
      process.stdout.write(given.json ? `${JSON.stringify(made)}\n` : `${made.key}\n`)
      return Exit.done
    })
  },
})
