import { createServer } from 'node:net'
import { type Config, readConfig } from '../../kernel/config.ts'
import { systemCtx } from '../../kernel/ctx.ts'
import { phrase } from '../../kernel/text.ts'
import { companyOf } from '../../modules/access/company.ts'
import { found as text } from '../../modules/system/findings.text.ts'
import { findings } from '../../modules/system/findings.ts'
import { bad, type Found, findHere, ok } from '../../modules/system/here.ts'
import { type OpenHouse, openHouse } from '../house.ts'
import { terminalLog } from '../log.ts'
import { explain } from '../server.ts'
import { command, Exit, type Given, print } from './command.ts'
import { text as words } from './text.ts'

export const doctor = command({
  takes: '',
  does: words.doctor,
  options: {},
  run: async (given) => {
    const config = readConfig()
    const found = [...(await withDatabase(config, given)), await port(config)]
    const mark = { ok: '✓', warn: '!', bad: '✗' }
    const lines = found.map((f) => `${mark[f.state]} ${phrase(f.say, given.locale, f.params)}`)
    print(
      given,
      found.map((f) => ({
        check: f.check,
        state: f.state,
        message: phrase(f.say, given.locale, f.params),
        ...f.params,
      })),
      lines.join('\n'),
    )
    // A warning is advice (take a backup): it must not stop a script that asks whether Guanxi can run.
    return found.some((f) => f.state === 'bad') ? Exit.failed : Exit.done
  },
})

/** A taken port is fine when it is Guanxi that answers there. */
async function port(config: Config): Promise<Found> {
  const free = await new Promise<boolean>((done) => {
    const probe = createServer()
      .once('error', () => done(false))
      .once('listening', () => probe.close(() => done(true)))
    probe.listen(config.port, config.host)
  })
  if (free) return ok('port', text.port_free, { port: String(config.port) })
  const ours = await fetch(`http://${config.host}:${config.port}/healthz`).then(
    (r) => r.json() as Promise<{ status?: string }>,
    () => null,
  )
  return ours?.status === 'ok'
    ? ok('port', text.port_ours, { port: String(config.port) })
    : bad('port', text.port_taken, { port: String(config.port) })
}

/** With a database all that the system page shows; without one what this machine says, and why. */
async function withDatabase(config: Config, { locale }: Given): Promise<Found[]> {
  let house: OpenHouse
  try {
    house = await openHouse(config, terminalLog('error'))
  } catch (error) {
    const reason = explain(error).split('\n')[0]
    return [...(await findHere(config)), bad('database', text.database_bad, { reason })]
  }
  try {
    const ctx = systemCtx(house)
    const { time_zone: zone } = await companyOf(ctx)
    return await findings({ ...ctx, locale, zone })
  } finally {
    await house.close()
  }
}
