import { record } from '../../kernel/audit.ts'
import { atomically, type Ctx, planned } from '../../kernel/ctx.ts'
import { decodeCursor, encodeCursor } from '../../kernel/cursor.ts'
import { enqueue } from '../../kernel/job.ts'
import { notFound } from '../../kernel/refuse.ts'
import type { Delivery } from './contract.ts'
import { deliver } from './deliver.ts'

const columns = `delivery_id, event, thing_id, at, state, attempts, next_at, status, error, took_ms, done_at`

type Asked = { params: { id: number }; query: { state?: string; cursor?: string; limit?: number } }
export async function deliveries(ctx: Ctx, { params, query }: Asked) {
  const known = await planned(ctx, 'select from webhook where webhook_id = $1', [params.id])
  if (known.length === 0) notFound()
  const limit = query.limit ?? 50
  const [last] = query.cursor ? decodeCursor(query.cursor, ['number']) : [null]
  const rows = await planned<Delivery>(
    ctx,
    `select ${columns} from webhook_delivery
     where webhook_id = $1 and ($2::text is null or state = $2) and ($3::bigint is null or delivery_id < $3)
     order by delivery_id desc limit $4`,
    [params.id, query.state ?? null, last, limit + 1],
  )
  const items = rows.slice(0, limit)
  return { items, next: rows.length > limit ? encodeCursor([items.at(-1)!.delivery_id]) : null }
}

type One = { params: { id: number; delivery_id: number } }
/** From its first attempt on, with the wait after each as at first. */
export async function replay(ctx: Ctx, { params }: One): Promise<Delivery> {
  return atomically(ctx, async (ctx) => {
    const [row] = await planned<Delivery>(
      ctx,
      `update webhook_delivery set state = 'waiting', attempts = 0, next_at = $3, status = null, error = null, took_ms = null, done_at = null
       where webhook_id = $1 and delivery_id = $2 returning ${columns}`,
      [params.id, params.delivery_id, ctx.now],
    )
    if (!row) return notFound()
    await enqueue(ctx, deliver, { delivery_id: params.delivery_id })
    await record(ctx, {
      action: 'webhooks.replayed',
      subject: 'webhook',
      subject_id: params.id,
      event: { delivery_id: params.delivery_id },
    })
    return row
  })
}
