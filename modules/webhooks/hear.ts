import { Type as T } from 'typebox'
import { planned, unaudited } from '../../kernel/ctx.ts'
import { enqueue, job } from '../../kernel/job.ts'
import type { Consumer } from '../../kernel/module.ts'
import { deliver } from './deliver.ts'
import { KEEP_DAYS, type WebhookEvent, webhookEvents } from './rules.ts'

/** No job is queued for events while no webhook is active. */
const wanted = 'exists (select from webhook where active)'

// An event's payload does not say its name, so each has a job of its own.
const hear = (event: WebhookEvent): Consumer => ({
  event,
  wanted,
  job: job({
    name: `webhooks.hear_${event.replace('.', '_')}`,
    payload: T.Object({
      event_id: T.Integer(),
      id: T.Integer(),
      party_id: T.Optional(T.Integer()),
      at: T.String(),
    }),
    run: async (ctx, { event_id, id, party_id = 0, at }) => {
      const made = await planned<{ delivery_id: number }>(
        ctx,
        `insert into webhook_delivery (webhook_id, event_id, event, thing_id, party_id, at, next_at)
         select webhook_id, $2, $1, $3, $4, $5::timestamptz, $6 from webhook where active and $1 = any(events) and created_at <= $5::timestamptz
         on conflict (webhook_id, event_id) do nothing returning delivery_id`,
        [event, event_id, id, party_id, at, ctx.now],
      )
      for (const { delivery_id } of made) await enqueue(ctx, deliver, { delivery_id })
    },
  }),
})
export const consumers = webhookEvents.map(hear)

const LATE_MS = 3_600_000

/** Old lines of the log go; a delivery whose job was lost (a restored backup, a fault of ours) is taken up again. */
export const sweep = job({
  name: 'webhooks.sweep',
  payload: T.Object({}),
  every: '41 * * * *',
  run: async (ctx) => {
    const ago = (ms: number) => new Date(ctx.now.getTime() - ms)
    await unaudited(ctx, 'the log is its own record', async (ctx) => {
      await planned(ctx, "delete from webhook_delivery where at < $1 and state <> 'waiting'", [
        ago(KEEP_DAYS * 86_400_000),
      ])
      const late = await planned<{ delivery_id: number }>(
        ctx,
        "select delivery_id from webhook_delivery where state = 'waiting' and next_at < $1 order by delivery_id limit 1000",
        [ago(LATE_MS)],
      )
      for (const { delivery_id } of late) await enqueue(ctx, deliver, { delivery_id })
    })
  },
})
