import { text as readAll } from 'node:stream/consumers'
import { readConfig } from '../../kernel/config.ts'
import { phrase } from '../../kernel/text.ts'
import { createUser } from '../../modules/access/cli.ts'
import { command, Exit, explainRefusal, inHouse, text as option, print, usage } from './command.ts'
import { text } from './text.ts'

export const userCreate = command({
  takes: '--email <e-mail> --name <name> --role <role>',
  does: text.user_create,
  options: {
    email: { takes: '<e-mail>', does: text.user_email },
    name: { takes: '<name>', does: text.user_name },
    role: { takes: '<role>', does: text.user_role },
    unit: { takes: '<unit>', does: text.user_unit },
    'password-stdin': { does: text.user_password },
  },
  explain: (error) => explainRefusal(error),
  run: async (given) => {
    const [email, name, role] = [option(given, 'email'), option(given, 'name'), option(given, 'role')]
    if (!email || !name || !role || given.words.length > 0) usage()
    const password = given.options['password-stdin']
      ? (await readAll(process.stdin)).replace(/\r?\n$/, '')
      : undefined
    return inHouse(given, async (ctx) => {
      const made = await createUser(ctx, {
        email: email!,
        name: name!,
        role: role!,
        unit: option(given, 'unit'),
        password,
      })
      const config = readConfig()
      const base = config.publicUrl ?? `http://${config.host}:${config.port}`
      const link = made.invitation ? `${base}/invitation#token=${made.invitation}` : null
      const lines = [
        phrase(text.user_done, given.locale, { email: made.email }),
        ...(link ? [phrase(text.user_invite, given.locale, { link })] : []),
      ]
      print(given, { ...made, link }, lines.join('\n'))
      return Exit.done
    })
  },
})
