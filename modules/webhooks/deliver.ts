import { Type as T } from 'typebox'
import { type Actor, type Ctx, planned, unaudited } from '../../kernel/ctx.ts'
import { enqueue, job } from '../../kernel/job.ts'
import { Refusal } from '../../kernel/refuse.ts'
import { admission } from '../../kernel/scope.ts'
import { unitsOf } from '../access/manage/tree.ts'
import { servedRoute } from '../access/permissions.ts'
import { type Grants, placeOf } from '../access/rules.ts'
import { openSecret } from '../access/secret.ts'
import { targetOf } from './addresses.ts'
import { routeOf, waitAfter } from './rules.ts'
import { post } from './send.ts'
import { signature } from './sign.ts'
import { purposeOf } from './store.ts'

type Row = {
  delivery_id: number
  webhook_id: number
  event_id: number
  event: string
  thing_id: number
  party_id: number
  at: string
  attempts: number
  url: string
  active: boolean
  name: string
  unit_id: number
  secret: Buffer
  old_secret: Buffer | null
  old_until: string | null
  role: string
  grants: Grants
  masks: string[]
}

const load = async (ctx: Ctx, delivery_id: number): Promise<Row | undefined> =>
  (
    await planned<Row>(
      ctx,
      `select d.delivery_id, d.webhook_id, d.event_id, d.event, d.thing_id, d.party_id, d.at, d.attempts, w.url, w.active,
              w.name, w.unit_id, w.secret, w.old_secret, w.old_until, r.code as role, r.grants, r.masks
       from webhook_delivery d join webhook w on w.webhook_id = d.webhook_id join role r on r.role_id = w.role_id
       where d.delivery_id = $1 and d.state = 'waiting'`,
      [delivery_id],
    )
  )[0]

type End = { state: 'delivered' | 'failed' | 'skipped'; status?: number; error?: string; took_ms?: number }

/** One attempt. Sent twice if the process dies after sending: receivers know a delivery by its id. */
export const deliver = job({
  name: 'webhooks.deliver',
  payload: T.Object({ delivery_id: T.Integer() }),
  key: ({ delivery_id }) => `webhooks.deliver:${delivery_id}`,
  transaction: 'own',
  alone: true,
  run: async (ctx, { delivery_id }) => {
    const row = await load(ctx, delivery_id)
    if (!row) return
    await settle(ctx, row, row.active ? await attempt(ctx, row) : { state: 'skipped', error: 'paused' })
  },
})

async function attempt(ctx: Ctx, row: Row): Promise<End> {
  const data = await asSeen(ctx, row)
  if (data === undefined) return { state: 'skipped', error: 'out_of_reach' }
  const silent = silentOf(ctx, row)
  if (silent) return { state: 'failed', error: silent }
  const secrets = secretsOf(ctx, row)
  if (secrets.length === 0) return { state: 'failed', error: 'webhooks.secret_lost' }
  const end = await send(ctx, row, data, secrets)
  if (SILENCE.has(end.error ?? '')) hush(ctx, row, end.error!)
  return end
}

// Who did not answer is not waited for again at once: with hundreds of deliveries for a receiver that is gone, every
// other one would wait behind them. Shorter than the first wait, so that a delivery's own second attempt is a real one.
const SILENT_MS = 8_000
const SILENCE = new Set(['timeout', 'connection', 'webhooks.not_found'])
type Silent = { url: string; error: string; until: number }
const silents = new WeakMap<object, Map<number, Silent>>()

function silentOf({ house }: Ctx, { webhook_id, url }: Row): string | undefined {
  const known = silents.get(house.pool)?.get(webhook_id)
  return known && known.url === url && house.clock().getTime() < known.until ? known.error : undefined
}

function hush({ house }: Ctx, { webhook_id, url }: Row, error: string): void {
  const known = silents.get(house.pool) ?? new Map<number, Silent>()
  silents.set(house.pool, known.set(webhook_id, { url, error, until: house.clock().getTime() + SILENT_MS }))
}

async function send(ctx: Ctx, row: Row, data: unknown, secrets: readonly string[]): Promise<End> {
  const target = await targetOf(row.url)
  if (typeof target === 'string') return { state: 'failed', error: target }
  const { delivery_id, event, thing_id, party_id, at } = row
  const body = JSON.stringify({
    id: delivery_id,
    event,
    at,
    thing_id,
    ...(party_id ? { party_id } : {}),
    data,
  })
  const started = performance.now()
  const answer = await post(target, body, {
    'content-type': 'application/json',
    'user-agent': `Guanxi/${ctx.house.config.version}`,
    'guanxi-event': event,
    'guanxi-delivery': String(delivery_id),
    'guanxi-signature': signature(secrets, ctx.house.clock(), body),
  })
  const took_ms = Math.round(performance.now() - started)
  if ('error' in answer) return { state: 'failed', error: answer.error, took_ms }
  const taken = answer.status >= 200 && answer.status < 300
  return { state: taken ? 'delivered' : 'failed', status: answer.status, took_ms }
}

function secretsOf(ctx: Ctx, { webhook_id, secret, old_secret, old_until }: Row): string[] {
  const old = old_secret && old_until && Date.parse(old_until) > ctx.now.getTime() ? [old_secret] : []
  return [secret, ...old]
    .map((sealed) => openSecret(ctx.house, purposeOf(webhook_id), sealed)?.toString())
    .filter((one) => one !== undefined)
}

/**
 * What the event is about, read by its own handler as an actor with the webhook's role: what that role may not see is
 * not in it. Undefined: out of its reach, so it is not told at all. Null: it is gone, and that is the news.
 */
async function asSeen(ctx: Ctx, row: Row): Promise<unknown> {
  const who: Actor = {
    kind: 'key',
    id: row.webhook_id,
    name: row.name,
    role: row.role,
    unit_id: row.unit_id,
    grants: row.grants,
    masks: new Set(row.masks),
    ...placeOf(await unitsOf(ctx), row.unit_id),
  }
  const read = async (line: string, id: number): Promise<unknown> => {
    const served = servedRoute(line)
    const reach = served && admission(who, served.route).reach
    if (!served || !reach) return undefined
    try {
      return await served.handler(
        { ...ctx, who, reach },
        { params: { id }, query: {}, body: undefined, headers: {}, cookies: {} },
      )
    } catch (error) {
      if (error instanceof Refusal && (error.status === 404 || error.status === 409)) return undefined
      throw error
    }
  }
  const line = routeOf(row.event)
  if (line === 'GET /parties/:id') return read(line, row.party_id || row.thing_id)
  const order = await read(line, row.thing_id)
  if (order !== undefined || !row.event.endsWith('removed')) return order
  return (await read('GET /parties/:id', row.party_id)) === undefined ? undefined : null
}

async function settle(ctx: Ctx, row: Row, end: End): Promise<void> {
  const attempts = row.attempts + (end.state === 'skipped' ? 0 : 1)
  const wait = end.state === 'failed' ? waitAfter(attempts) : null
  const next_at = wait === null ? null : new Date(ctx.house.clock().getTime() + wait)
  await unaudited(ctx, 'the log of deliveries is its own record', async (ctx) => {
    await planned(
      ctx,
      `update webhook_delivery set state = $2, attempts = $3, next_at = $4, status = $5, error = $6, took_ms = $7, done_at = $8
       where delivery_id = $1`,
      [
        row.delivery_id,
        next_at ? 'waiting' : end.state,
        attempts,
        next_at,
        end.status ?? null,
        end.error ?? null,
        end.took_ms ?? null,
        ctx.house.clock(),
      ],
    )
    if (next_at) await enqueue(ctx, deliver, { delivery_id: row.delivery_id }, { at: next_at })
  })
}
