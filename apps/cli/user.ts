import { text as readAll } from 'node:stream/consumers'
import { readConfig } from '../../kernel/config.ts'
import { phrase } from '../../kernel/text.ts'
import { createUser, newLink, resetSecond } from '../../modules/access/cli.ts'
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
      const link = made.invitation ? linkOf(made.invitation) : null
      const lines = [
        phrase(text.user_done, given.locale, { email: made.email }),
        ...(link ? [phrase(text.user_invite, given.locale, { link })] : []),
      ]
      print(given, { ...made, link }, lines.join('\n'))
      return Exit.done
    })
  },
})

const byEmail = {
  email: { takes: '<e-mail>', does: text.user_email },
}

export const userReset = command({
  takes: '--email <e-mail>',
  does: text.user_reset,
  options: byEmail,
  explain: (error) => explainRefusal(error),
  run: async (given) => {
    const email = option(given, 'email')
    if (!email || given.words.length > 0) usage()
    return inHouse(given, async (ctx) => {
      const user = await resetSecond(ctx, { email: email! })
      print(given, user, phrase(text.user_reset_done, given.locale, { name: user.name }))
      return Exit.done
    })
  },
})

export const userLink = command({
  takes: '--email <e-mail>',
  does: text.user_link,
  options: byEmail,
  explain: (error) => explainRefusal(error),
  run: async (given) => {
    const email = option(given, 'email')
    if (!email || given.words.length > 0) usage()
    return inHouse(given, async (ctx) => {
      const made = await newLink(ctx, { email: email! })
      const link = linkOf(made.invitation)
      print(given, { ...made, link }, phrase(text.user_invite, given.locale, { link }))
      return Exit.done
    })
  },
})

function linkOf(token: string): string {
  const config = readConfig()
  return `${config.publicUrl ?? `http://${config.host}:${config.port}`}/invitation#token=${token}`
}
