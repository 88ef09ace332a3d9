/** What can be heard. Each is followed by what it is about, as the webhook's role sees it. */
export const webhookEvents = [
  'parties.created',
  'parties.updated',
  'parties.contact_added',
  'parties.contact_updated',
  'parties.contact_removed',
  'parties.role_added',
  'parties.role_updated',
  'parties.role_removed',
  'parties.removed',
  'parties.restored',
  'parties.erased',
  'orders.created',
  'orders.updated',
  'orders.removed',
] as const
export type WebhookEvent = (typeof webhookEvents)[number]

/** Where what an event is about is read. */
export const routeOf = (event: string): 'GET /orders/:id' | 'GET /parties/:id' =>
  event.startsWith('orders.') ? 'GET /orders/:id' : 'GET /parties/:id'

const MINUTE_MS = 60_000
/** After the first failure, the second, …: within a day and a half, then it has failed. A person can replay it. */
export const BACKOFF_MS = [
  10_000,
  MINUTE_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * 60 * MINUTE_MS,
  6 * 60 * MINUTE_MS,
  12 * 60 * MINUTE_MS,
  12 * 60 * MINUTE_MS,
] as const

/** How long to wait after so many failed attempts; null: no more. */
export const waitAfter = (attempts: number): number | null => BACKOFF_MS[attempts - 1] ?? null

export const KEEP_DAYS = 30
/** Both secrets sign for so long after a change. */
export const OVERLAP_MS = 24 * 60 * MINUTE_MS
