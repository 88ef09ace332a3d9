import { createHash } from 'node:crypto'
import { atomically, type Ctx } from './ctx.ts'
import { keyedHash, openAnswer, sealAnswer } from './once.secret.ts'
import { refuse } from './refuse.ts'

// A client that retries for longer than two days is not retrying the same request.
export const KEY_TTL_HOURS = 48

type Stored = { status: number; answer: unknown; body_hash: Buffer }
export type Once = { route: string; key: string; body: unknown; status: number; secret?: boolean | undefined }

/**
 * Idempotency-Key: the key is claimed first, in the transaction that does the work, so that concurrent
 * duplicates wait for it and then read its answer. A refusal rolls the claim back: it is not stored.
 */
export async function once<R>(
  ctx: Ctx,
  { route, key, body, status, secret }: Once,
  work: (ctx: Ctx) => Promise<R>,
): Promise<{ answer: R; replayed: boolean }> {
  const actor = `${ctx.who.kind}:${ctx.who.id}`
  const hashOf = (said: unknown) => {
    const text = JSON.stringify(said ?? null)
    return secret ? keyedHash(ctx.house, text) : createHash('sha256').update(text).digest()
  }
  const body_hash = hashOf(inOrder(body))
  const replay = (stored: Stored) => {
    // Keys that an earlier version stored know the body only as it was sent.
    const answer = same(stored, [body_hash, hashOf(body)])
    return {
      answer: (secret ? openAnswer(ctx.house, answer as { sealed: string }) : answer) as R,
      replayed: true,
    }
  }
  const earlier = await find(ctx, actor, route, key)
  if (earlier) return replay(earlier)
  let lost = false
  try {
    return await atomically(ctx, async (ctx) => {
      const claimed = await ctx.tx!.query({
        name: 'once.claim',
        text: `insert into idempotency (actor, route, key, body_hash, status, answer, created_at) values ($1, $2, $3, $4, $5, 'null', $6)
               on conflict do nothing`,
        values: [actor, route, key, body_hash, status, ctx.now],
      })
      if (claimed.rowCount === 0) {
        lost = true
        throw new Error('claimed by a concurrent duplicate')
      }
      const answer = await work(ctx)
      const party_id = partyOf(answer)
      await ctx.tx!.query({
        name: 'once.answer',
        text: 'update idempotency set answer = $4, party_id = $5 where actor = $1 and route = $2 and key = $3',
        values: [
          actor,
          route,
          key,
          JSON.stringify(secret ? sealAnswer(ctx.house, answer) : (answer ?? null)),
          party_id,
        ],
      })
      return { answer, replayed: false }
    })
  } catch (error) {
    if (!lost) throw error
    const winner = await find(ctx, actor, route, key)
    if (!winner) throw error
    return replay(winner)
  }
}

async function find(ctx: Ctx, actor: string, route: string, key: string): Promise<Stored | undefined> {
  const { rows } = await ctx.house.pool.query<Stored>({
    name: 'once.find',
    text: 'select status, answer, body_hash from idempotency where actor = $1 and route = $2 and key = $3',
    values: [actor, route, key],
  })
  return rows[0]
}

/** A client that retries may write its keys in another order: that is the same request. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder)
  if (typeof value !== 'object' || value === null) return value
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(sorted.map(([key, part]) => [key, inOrder(part)]))
}

function same(stored: Stored, hashes: readonly Buffer[]): unknown {
  if (!hashes.some((hash) => stored.body_hash.equals(hash))) refuse('kernel.key_reused', 422)
  return stored.answer
}

function partyOf(answer: unknown): number | null {
  const id = (answer as { party_id?: unknown } | null)?.party_id
  return typeof id === 'number' ? id : null
}
