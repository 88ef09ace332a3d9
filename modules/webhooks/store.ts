import { record } from '../../kernel/audit.ts'
import { atomically, type Ctx, expectVersion, planned } from '../../kernel/ctx.ts'
import { notFound, refuse } from '../../kernel/refuse.ts'
import { mustBeRole, mustNotExceed, mustReachUnit, unitsOf } from '../access/manage/tree.ts'
import { lockAccess } from '../access/permissions.ts'
import { sealSecret } from '../access/secret.ts'
import { targetOf } from './addresses.ts'
import type { Webhook, WebhookPatch, WebhookWrite } from './contract.ts'
import { OVERLAP_MS } from './rules.ts'
import { newSecret } from './sign.ts'

export const purposeOf = (webhook_id: number) => `webhook ${webhook_id}`
type ById = { params: { id: number } }

// A webhook belongs to the company: a scope over them would mean nothing, so only all is accepted (rules.ts of access).
const shown = (zh: boolean) => `
  select w.webhook_id, w.name, w.url, w.events, r.code as role, ${zh ? 'r.name_zh' : 'r.name_en'} as role_name, w.unit_id,
         n.name as unit_name, w.active, case when w.old_until > $1 then w.old_until end as old_secret_until,
         d.delivered, d.failed, d.waiting, d.last_at, w.version, w.created_at
  from webhook w join role r on r.role_id = w.role_id join unit n on n.unit_id = w.unit_id
  cross join lateral (
    select count(*) filter (where state = 'delivered') as delivered, count(*) filter (where state = 'failed') as failed,
           count(*) filter (where state = 'waiting') as waiting, max(done_at) as last_at
    from webhook_delivery where webhook_id = w.webhook_id) d`

export async function list(ctx: Ctx): Promise<{ items: Webhook[] }> {
  return {
    items: await planned<Webhook>(ctx, `${shown(ctx.locale === 'zh-CN')} order by w.webhook_id`, [ctx.now]),
  }
}

async function webhookOf(ctx: Ctx, id: number): Promise<Webhook> {
  const sql = `${shown(ctx.locale === 'zh-CN')} where w.webhook_id = $2`
  return (await planned<Webhook>(ctx, sql, [ctx.now, id]))[0] ?? notFound()
}

/** A name that is not there today may be tomorrow; one that leads inside is refused now and at every delivery. */
async function mustBeTarget(url: string): Promise<void> {
  const found = await targetOf(url)
  if (found === 'webhooks.url_bad' || found === 'webhooks.not_public') refuse(found, 422)
}

const note = (ctx: Ctx, action: string, id: number, was: Record<string, unknown> = {}) =>
  record(ctx, { action, subject: 'webhook', subject_id: id, was })

export async function create(
  ctx: Ctx,
  { body }: { body: WebhookWrite },
): Promise<Webhook & { secret: string }> {
  await mustBeTarget(body.url)
  return atomically(ctx, async (ctx) => {
    await lockAccess(ctx)
    const units = await unitsOf(ctx)
    const unit = mustReachUnit(ctx, units, body.unit_id ?? ctx.who.unit_id)
    const role = await mustBeRole(ctx, body.role)
    mustNotExceed(ctx, role, units, unit.unit_id)
    const id = await ctx.house.ids.next()
    const secret = newSecret()
    await planned(
      ctx,
      `insert into webhook (webhook_id, name, url, events, role_id, unit_id, secret, created_by, created_at, updated_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)`,
      [
        id,
        body.name.trim(),
        body.url,
        body.events,
        role.role_id,
        unit.unit_id,
        sealSecret(ctx.house, purposeOf(id), Buffer.from(secret)),
        ctx.who.kind === 'user' ? ctx.who.id : null,
        ctx.now,
      ],
    )
    await note(ctx, 'webhooks.created', id)
    return { ...(await webhookOf(ctx, id)), secret }
  })
}

/** What it is told goes to whom its address says: who could not give its role cannot send it elsewhere. */
async function mustBeMine(ctx: Ctx, webhook: Webhook): Promise<void> {
  mustNotExceed(ctx, await mustBeRole(ctx, webhook.role), await unitsOf(ctx), webhook.unit_id)
}

export async function patch(ctx: Ctx, { params, body }: ById & { body: WebhookPatch }): Promise<Webhook> {
  if (body.url !== undefined) await mustBeTarget(body.url)
  return atomically(ctx, async (ctx) => {
    await lockAccess(ctx)
    const before = await webhookOf(ctx, params.id)
    expectVersion(ctx, before.version)
    await mustBeMine(ctx, before)
    await planned(
      ctx,
      `update webhook set name = $2, url = $3, events = $4, active = $5, version = version + 1, updated_at = $6
       where webhook_id = $1`,
      [
        params.id,
        body.name?.trim() ?? before.name,
        body.url ?? before.url,
        body.events ?? before.events,
        body.active ?? before.active,
        ctx.now,
      ],
    )
    const was = Object.fromEntries(Object.entries(before).filter(([field]) => field in body))
    await note(ctx, 'webhooks.changed', params.id, was)
    return webhookOf(ctx, params.id)
  })
}

export async function remove(ctx: Ctx, { params }: ById): Promise<void> {
  await atomically(ctx, async (ctx) => {
    const { name, url } = await webhookOf(ctx, params.id)
    await planned(ctx, 'delete from webhook_delivery where webhook_id = $1', [params.id])
    await planned(ctx, 'delete from webhook where webhook_id = $1', [params.id])
    await note(ctx, 'webhooks.removed', params.id, { name, url })
  })
}

export async function rotate(ctx: Ctx, { params }: ById): Promise<{ secret: string }> {
  return atomically(ctx, async (ctx) => {
    await mustBeMine(ctx, await webhookOf(ctx, params.id))
    const secret = newSecret()
    await planned(
      ctx,
      `update webhook set old_secret = secret, old_until = $3, secret = $2, version = version + 1, updated_at = $4
       where webhook_id = $1`,
      [
        params.id,
        sealSecret(ctx.house, purposeOf(params.id), Buffer.from(secret)),
        new Date(ctx.now.getTime() + OVERLAP_MS),
        ctx.now,
      ],
    )
    await note(ctx, 'webhooks.secret_changed', params.id)
    return { secret }
  })
}
