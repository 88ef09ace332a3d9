import { createHash } from 'node:crypto'
import { Type as T } from 'typebox'
import { type Ctx, unaudited } from '../../kernel/ctx.ts'
import { job } from '../../kernel/job.ts'
import { phrase } from '../../kernel/text.ts'
import { companyOf } from '../access/company.ts'
import type { Trouble } from './contract.ts'
import { keptMail, mailState, noteSending, reasonOf, send } from './mail.ts'
import { text } from './text.ts'
import { troubles } from './troubles.ts'

const MOST = 50

/**
 * One mail for all that went wrong since the last. What was told is noted after the server took the mail; a crash in
 * between sends it again under the same Message-ID, so that whoever receives it sees one.
 */
export const mailErrors = job({
  name: 'system.mail_errors',
  payload: T.Object({}),
  every: '*/15 * * * *',
  transaction: 'own',
  run: async (ctx) => {
    const { errors } = await keptMail(ctx)
    const { told_until } = await mailState(ctx)
    if (!errors) return
    const found = await troubles(ctx, { after: told_until ? new Date(told_until) : null, limit: MOST })
    if (found.length === 0) return
    const until = found[0]!.at
    const failed = await send(ctx, await mailOf(ctx, found, `${told_until} ${until}`)).then(
      () => null,
      reasonOf,
    )
    if (failed !== null) ctx.log.warn({ reason: failed }, 'mail about errors did not leave')
    await unaudited(ctx, 'how the last mail went is state of the machine', (ctx) =>
      noteSending(
        ctx,
        failed === null ? { sent_at: ctx.now.toISOString(), failed, told_until: until } : { failed },
      ),
    )
  },
})

/** In both languages' order: who keeps the installation reads one of them, the system does not know which. */
async function mailOf(ctx: Ctx, found: readonly Trouble[], span: string) {
  const { company_name: company, time_zone } = await companyOf(ctx)
  const url = `${ctx.house.config.publicUrl ?? ''}/system`
  const when = (at: string) =>
    new Date(at).toLocaleString(ctx.locale, { timeZone: time_zone, dateStyle: 'medium', timeStyle: 'short' })
  const lines = found.map(
    ({ at, what, message, times }) =>
      phrase(text['system.error_line'], ctx.locale, { at: when(at), what, message }) +
      (times > 1 ? phrase(text['system.error_times'], ctx.locale, { n: times }) : ''),
  )
  const subject = found.length === 1 ? text['system.error_subject_one'] : text['system.error_subject']
  return {
    subject: phrase(subject, ctx.locale, { n: found.length, company }),
    body: `${lines.join('\n')}\n\n${phrase(text['system.error_foot'], ctx.locale, { url })}`,
    id: createHash('sha256').update(`${company} ${span}`).digest('hex').slice(0, 32),
  }
}

const KEEP_DAYS = 90
/** Old faults are forgotten. */
export async function sweepFaults(ctx: Ctx): Promise<void> {
  await ctx.tx!.query(`delete from fault where last_at < $1::timestamptz - interval '${KEEP_DAYS} days'`, [
    ctx.now,
  ])
}
