import { record } from '../../kernel/audit.ts'
import { atomically, type Ctx, planned } from '../../kernel/ctx.ts'
import { openAnswer, sealAnswer } from '../../kernel/once.secret.ts'
import { refuse } from '../../kernel/refuse.ts'
import { phrase } from '../../kernel/text.ts'
import { companyOf, writeSettings } from '../access/company.ts'
import type { Mail, MailPatch } from './contract.ts'
import { text } from './text.ts'

// nodemailer speaks SMTP; 5 MB, so it comes when there is mail. The password is kept sealed under a key outside the database and is never shown again.

type Kept = Omit<Mail, 'has_password' | 'sent_at' | 'failed'> & { password: { sealed: string } | null }
type State = { sent_at: string | null; failed: string | null; told_until: string | null }

const fresh: Kept = {
  host: '',
  port: 587,
  security: 'starttls',
  user: '',
  from: '',
  to: [],
  errors: false,
  password: null,
}
const nothing: State = { sent_at: null, failed: null, told_until: null }

const settingOf = async <T extends object>(ctx: Ctx, key: string, otherwise: T): Promise<T> => {
  const [row] = await planned<{ value: Partial<T> }>(ctx, 'select value from setting where key = $1', [key])
  return { ...otherwise, ...row?.value }
}
export const keptMail = (ctx: Ctx): Promise<Kept> => settingOf(ctx, 'mail', fresh)
export const mailState = (ctx: Ctx): Promise<State> => settingOf(ctx, 'mail_state', nothing)

export async function showMail(ctx: Ctx): Promise<Mail> {
  const { password, ...kept } = await keptMail(ctx)
  const { sent_at, failed } = await mailState(ctx)
  return { ...kept, has_password: password !== null, sent_at, failed }
}

export async function changeMail(ctx: Ctx, { body }: { body: MailPatch }): Promise<Mail> {
  const { password, ...plain } = body
  await atomically(ctx, async (ctx) => {
    await planned(ctx, "select from setting where key = 'mail' for update", [])
    const before = await keptMail(ctx)
    // Kept for one server: somebody who points Guanxi at another one must not be sent it.
    const moved = plain.host !== undefined && plain.host !== before.host
    const sealed = password ? (sealAnswer(ctx.house, password) as { sealed: string }) : null
    const after: Kept = {
      ...before,
      ...plain,
      password: password !== undefined ? sealed : moved ? null : before.password,
    }
    if (after.errors) mustBeWhole(ctx, after)
    await writeSettings(ctx, { mail: after })
    if (after.errors && !before.errors)
      await writeSettings(ctx, {
        mail_state: { ...(await mailState(ctx)), told_until: ctx.now.toISOString() },
      })
    const was = Object.fromEntries(Object.keys(plain).map((key) => [key, before[key as keyof Kept]]))
    await record(ctx, { action: 'system.mail_changed', subject: 'setting', subject_id: 0, was, event: false })
  })
  return showMail(ctx)
}

export const senderOf = ({ from, user }: Kept): string => from || user

function mustBeWhole(ctx: Ctx, kept: Kept): void {
  const missing = [
    ...(kept.host ? [] : [text['system.host']]),
    ...(senderOf(kept).includes('@') ? [] : [text['system.from']]),
    ...(kept.to.length > 0 ? [] : [text['system.to']]),
  ]
  if (missing.length > 0)
    refuse('system.mail_incomplete', 422, { missing: missing.map((one) => phrase(one, ctx.locale)) })
}

// Of each part of the talk; a server that says nothing must not hold a worker.
const PATIENCE_MS = 20_000

/** The same `id` makes the same Message-ID: what is sent again after a crash is one mail to whoever receives it. */
export async function send(
  ctx: Ctx,
  { subject, body, id }: { subject: string; body: string; id: string },
): Promise<void> {
  const kept = await keptMail(ctx)
  mustBeWhole(ctx, kept)
  const { host, port, security, user, password, to } = kept
  const from = senderOf(kept)
  const { createTransport } = await import('nodemailer')
  const transport = createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    connectionTimeout: PATIENCE_MS,
    greetingTimeout: PATIENCE_MS,
    socketTimeout: PATIENCE_MS,
    ...(user ? { auth: { user, pass: password ? String(openAnswer(ctx.house, password)) : '' } } : {}),
  })
  try {
    await transport.sendMail({
      from: { name: 'Guanxi 关系', address: from },
      to,
      subject,
      text: body,
      messageId: `<${id}@${from.split('@').at(-1)}>`,
      headers: { 'Auto-Submitted': 'auto-generated' },
    })
  } finally {
    transport.close()
  }
}

/** How the last mail went is shown beside the settings. */
export const noteSending = async (ctx: Ctx, state: Partial<State>): Promise<void> => {
  await writeSettings(ctx, { mail_state: { ...(await mailState(ctx)), ...state } })
}

export const reasonOf = (error: unknown): string => (error as Error).message.split('\n')[0]!.slice(0, 300)

export async function testMail(ctx: Ctx): Promise<Mail> {
  const { company_name } = await companyOf(ctx)
  const params = { company: company_name, url: ctx.house.config.publicUrl ?? '' }
  mustBeWhole(ctx, await keptMail(ctx))
  const failed = await send(ctx, {
    subject: phrase(text['system.test_subject'], ctx.locale),
    body: phrase(text['system.test_body'], ctx.locale, params).trim(),
    id: `test-${ctx.request_id}`,
  }).then(() => null, reasonOf)
  await atomically(ctx, async (ctx) => {
    await noteSending(ctx, failed === null ? { sent_at: ctx.now.toISOString(), failed } : { failed })
    await record(ctx, { action: 'system.mail_tested', subject: 'setting', subject_id: 0, event: false })
  })
  if (failed !== null) refuse('system.mail_failed', 422, { reason: failed })
  return showMail(ctx)
}
