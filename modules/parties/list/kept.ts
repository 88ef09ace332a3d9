import { type Ctx, type House, named } from '../../../kernel/ctx.ts'

// What was counted or gathered is kept, and told with its age. While nothing is recorded, by whichever process, it is as good
// as new. Otherwise it may be so old that taking it anew costs no more than a hundredth of the machine for each question.
// This process forgets all with each of its own writes, so that whoever wrote sees it.

const SHARE = 100
const AT_LEAST_MS = 250
const AT_MOST_MS = 10_000
/** Figures that no record tells of (computed at night), relative dates. */
const UNTOUCHED_MS = 30_000
const LOOKED_MS = 250
// A record takes its number some time before its transaction is seen.
const SEEN_LATE_MS = 5000

type Held<V> = { at: number; cost_ms: number; size: number; value: Promise<V> }
type Written = { looked_at: number; last: string | null; changed_at: number; asking: Promise<void> | null }
const writtenIn = new WeakMap<House, Written>()

/** When this process last saw that something was recorded, by whichever process. */
async function lastChange(ctx: Ctx): Promise<number> {
  let written = writtenIn.get(ctx.house)
  if (!written)
    writtenIn.set(ctx.house, (written = { looked_at: 0, last: null, changed_at: Date.now(), asking: null }))
  if (Date.now() - written.looked_at < LOOKED_MS) return written.changed_at
  written.asking ??= look(ctx, written).finally(() => {
    written.asking = null
  })
  await written.asking
  return written.changed_at
}

async function look(ctx: Ctx, written: Written): Promise<void> {
  const [row] = await named<{ last: string }>(
    ctx,
    'parties.list.written',
    'select (case when is_called then last_value else 0 end)::text as last from outbox_event_id_seq',
    [],
  )
  written.looked_at = Date.now()
  if (row!.last === written.last) return
  written.last = row!.last
  written.changed_at = written.looked_at
}

export type Keep<V> = {
  /** The answer kept, or taken anew by `take`; `at`: when it was asked of the database. */
  of(ctx: Ctx, key: string, take: () => Promise<V>): Promise<{ at: number; value: V }>
  forget(house: House): void
}

const stores: Pick<Keep<never>, 'forget'>[] = []
/** After a write: all that is kept, of whatever kind, so that whoever wrote finds it. */
export const forgetKept = (house: House): void => {
  for (const store of stores) store.forget(house)
}

/** `sizeOf` an answer in anything: beyond `most` of it in all the oldest are forgotten. */
export function keeping<V>(most: number, sizeOf: (value: V) => number = () => 1): Keep<V> {
  type Memory = { held: Map<string, Held<V>>; size: number }
  const memories = new WeakMap<House, Memory>()
  const memoryOf = (house: House) => {
    let memory = memories.get(house)
    if (!memory) memories.set(house, (memory = { held: new Map(), size: 0 }))
    return memory
  }
  const drop = (memory: Memory, key: string) => {
    memory.size -= memory.held.get(key)?.size ?? 0
    memory.held.delete(key)
  }
  async function of(ctx: Ctx, key: string, take: () => Promise<V>) {
    const memory = memoryOf(ctx.house)
    const earlier = memory.held.get(key)
    if (earlier && (await isFresh(ctx, earlier))) return { at: earlier.at, value: await earlier.value }
    // Whoever waited for the same look finds what the first of them is taking.
    const now = memory.held.get(key)
    if (now && now !== earlier) return { at: now.at, value: await now.value }
    const at = Date.now()
    // On its way it is as dear as it may become.
    const held: Held<V> = { at, cost_ms: AT_MOST_MS, size: 0, value: take() }
    drop(memory, key)
    memory.held.set(key, held)
    held.value.then(
      (value) => {
        held.cost_ms = Date.now() - at
        if (memory.held.get(key) !== held) return
        memory.size += held.size = sizeOf(value)
        for (const oldest of memory.held.keys()) {
          if (memory.size <= most) return
          drop(memory, oldest)
        }
      },
      () => memory.held.get(key) === held && drop(memory, key),
    )
    return { at, value: await held.value }
  }
  const keep: Keep<V> = { of, forget: (house) => void memories.delete(house) }
  stores.push(keep)
  return keep
}

async function isFresh(ctx: Ctx, { at, cost_ms }: Held<unknown>): Promise<boolean> {
  const age = Date.now() - at
  if (age <= Math.max(AT_LEAST_MS, Math.min(AT_MOST_MS, cost_ms * SHARE))) return true
  return age <= UNTOUCHED_MS && (await lastChange(ctx)) < at - SEEN_LATE_MS
}
