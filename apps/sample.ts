import type { Config } from '../kernel/config.ts'
import type { Ctx } from '../kernel/ctx.ts'
import { systemCtx } from '../kernel/ctx.ts'
import { type Locale, phrase } from '../kernel/text.ts'
import { cliActor } from '../modules/access/cli.ts'
import { companyOf } from '../modules/access/company.ts'
import { modules } from '../modules/index.ts'
import { begin, renewPassword } from '../modules/sample/begin.ts'
import { finish } from '../modules/sample/load.ts'
import { stored } from '../modules/sample/store.ts'
import { realParties, view } from '../modules/sample/view.ts'
import { terminalProgress } from './cli/progress.ts'
import { text } from './cli/sample.text.ts'
import type { OpenHouse } from './house.ts'

/** `before`: it was there already, and nothing was loaded. */
export type Shown = {
  before: boolean
  seconds: number
  password: string | null
  users: Awaited<ReturnType<typeof view>>['users']
}

/** The sample company, whole, when this returns: loaded, or what was begun and broken off brought to its end. */
export async function showSample(ctx: Ctx, { beside_real = false, new_password = false }): Promise<Shown> {
  const started = performance.now()
  const found = await stored(ctx)
  let password: string | null = null
  if (!found) password = (await begin(ctx, { beside_real, background: false })).password
  else if (new_password) password = (await renewPassword(ctx)).password
  if (found?.state !== 'loaded') {
    const progress = terminalProgress(ctx.locale, '')
    await finish(ctx, progress.at)
    progress.end()
  }
  const seconds = Math.round((performance.now() - started) / 100) / 10
  return { before: found?.state === 'loaded', seconds, password, users: (await view(ctx)).users }
}

/** Whom one can sign in as, as the terminal shows it. */
export function signIns({ password, users }: Shown, locale: Locale): string {
  if (!password) return ''
  // A Chinese character is two columns wide on a terminal.
  const wide = (cell: string) => [...cell].reduce((n, c) => n + (/[⺀-￯]/.test(c) ? 2 : 1), 0)
  const pad = (cell: string, to: number) => cell + ' '.repeat(Math.max(0, to - wide(cell)))
  const width = (cells: string[]) => Math.max(...cells.map(wide))
  const [mails, roles] = [width(users.map((user) => user.email)), width(users.map((user) => user.role_name))]
  const rows = users.map(
    (user) => `  ${pad(user.email, mails)}  ${pad(user.role_name, roles)}  ${user.name}, ${user.unit_name}`,
  )
  return [phrase(text.users, locale, { password }), ...rows, phrase(text.how_out, locale)].join('\n')
}

/** `npm start -- --sample`: the full house at once. Answers what to print below the line that says where it is. */
export async function startWithSample(house: OpenHouse, locale: Locale): Promise<string> {
  const who = await cliActor(house, modules)
  const system = systemCtx(house, { who, locale })
  const ctx = { ...system, zone: (await companyOf(system)).time_zone }
  const own = (await stored(ctx)) ? 0 : await realParties(ctx)
  if (own > 0) return phrase(text.not_beside, locale, { n: own })
  return signIns(await showSample(ctx, { new_password: true }), locale)
}

export const linkOf = ({ publicUrl, host, port }: Config, path: string): string =>
  `${publicUrl ?? `http://${host}:${port}`}${path}`
