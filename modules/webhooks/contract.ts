import { type Static, Type as T } from 'typebox'
import { Body, ById, Id, Instant, Nullable, oneOf, Page, pageOf, route, routes } from '../../kernel/route.ts'
import { webhookEvents } from './rules.ts'

const Name = T.String({ minLength: 1, maxLength: 200, pattern: '\\S' })
const Url = T.String({ minLength: 8, maxLength: 2000, description: 'https, at a public address' })
const RoleCode = T.String({ pattern: '^[a-z][a-z0-9_]{1,39}$' })
const Events = T.Array(oneOf(...webhookEvents), { minItems: 1, uniqueItems: true })

export const Webhook = T.Object({
  webhook_id: Id,
  name: T.String(),
  url: T.String(),
  events: T.Array(T.String()),
  role: T.String({ description: 'what it is told is what a key with this role would read' }),
  role_name: T.String(),
  unit_id: Id,
  unit_name: T.String(),
  active: T.Boolean(),
  old_secret_until: Nullable(
    T.String({ format: 'date-time', description: 'until then the earlier secret signs too' }),
  ),
  delivered: T.Integer({ description: 'of the last 30 days' }),
  failed: T.Integer(),
  waiting: T.Integer(),
  last_at: Nullable(Instant),
  version: T.Integer(),
  created_at: Instant,
})
export type Webhook = Static<typeof Webhook>
export const WebhookWrite = Body({
  name: Name,
  url: Url,
  events: Events,
  role: RoleCode,
  unit_id: T.Optional(Id),
})
export type WebhookWrite = Static<typeof WebhookWrite>
export const WebhookPatch = Body({
  name: T.Optional(Name),
  url: T.Optional(Url),
  events: T.Optional(Events),
  active: T.Optional(T.Boolean()),
})
export type WebhookPatch = Static<typeof WebhookPatch>

export const deliveryStates = ['waiting', 'delivered', 'failed', 'skipped'] as const
export const Delivery = T.Object({
  delivery_id: Id,
  event: T.String(),
  thing_id: Id,
  at: Instant,
  state: oneOf(...deliveryStates),
  attempts: T.Integer(),
  next_at: Nullable(Instant),
  status: Nullable(T.Integer({ description: 'what the receiver answered' })),
  error: Nullable(T.String({ description: 'why there was no answer' })),
  took_ms: Nullable(T.Integer()),
  done_at: Nullable(Instant),
})
export type Delivery = Static<typeof Delivery>

const Secret = { secret: T.String({ description: 'shown once' }) }

export const webhooks = routes({
  list: route('GET /webhooks', {
    may: 'webhooks:read',
    does: 'List webhooks with how their deliveries went',
    gives: T.Object({ items: T.Array(Webhook) }),
  }),
  create: route('POST /webhooks', {
    may: 'webhooks:write',
    does: 'Create a webhook; the secret that signs its deliveries is shown once',
    body: WebhookWrite,
    gives: T.Object({ ...Webhook.properties, ...Secret }),
    creates: true,
    secret: true,
    refuses: [
      'webhooks.url_bad',
      'webhooks.not_public',
      'access.role_unknown',
      'access.unit_unknown',
      'access.beyond_own',
    ],
  }),
  patch: route('PATCH /webhooks/:id', {
    may: 'webhooks:write',
    does: 'Change what a webhook is called, where it goes, what it hears, or whether it is active',
    params: ById,
    body: WebhookPatch,
    gives: Webhook,
    versioned: true,
    refuses: ['webhooks.url_bad', 'webhooks.not_public', 'access.beyond_own'],
  }),
  remove: route('DELETE /webhooks/:id', {
    may: 'webhooks:write',
    does: 'Remove a webhook with its log',
    params: ById,
    gives: 'nothing',
  }),
  rotate: route('POST /webhooks/:id/secret', {
    may: 'webhooks:write',
    does: 'Make a new secret, shown once; for a day both sign',
    params: ById,
    gives: T.Object(Secret),
    secret: true,
    refuses: ['access.beyond_own'],
  }),
  deliveries: route('GET /webhooks/:id/deliveries', {
    may: 'webhooks:read',
    does: 'The log of a webhook, newest first; kept for 30 days',
    params: ById,
    query: T.Object({ state: T.Optional(oneOf(...deliveryStates)), ...Page }),
    gives: pageOf(Delivery),
  }),
  replay: route('POST /webhooks/:id/deliveries/:delivery_id/replay', {
    may: 'webhooks:write',
    does: 'Deliver once more, with what it is about as it stands now',
    params: T.Object({ id: Id, delivery_id: Id }),
    gives: Delivery,
  }),
})
