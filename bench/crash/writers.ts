import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { ask, read, type Seat } from './seat.ts'

export const WRITERS = 8
export type Write = { external_id: string; key: string; acknowledged: boolean }

export async function writer(seat: Seat, writes: Write[], stop: { now: boolean }): Promise<void> {
  while (!stop.now) {
    const write: Write = { external_id: randomUUID(), key: randomUUID(), acknowledged: false }
    writes.push(write)
    write.acknowledged = await send(seat, write)
    if (!write.acknowledged) await sleep(20)
  }
}

const send = async (seat: Seat, { external_id, key }: Write): Promise<boolean> => {
  const body = {
    kind: 'organisation',
    name: `Crash ${external_id}`,
    external_ids: [{ source: 'crash', value: external_id }],
  }
  return (await ask(seat, 'POST', '/parties', { body, idempotency_key: key }))?.status === 201
}

/** Every write is sent again under its own key: an acknowledged one must be there once, an open one becomes one. */
export async function settleWrites(seat: Seat, writes: Write[]): Promise<{ lost: number; doubled: number }> {
  let lost = 0
  let doubled = 0
  for (let at = 0; at < writes.length; at += WRITERS)
    await Promise.all(
      writes.slice(at, at + WRITERS).map(async (write) => {
        const before = write.acknowledged ? await count(seat, write) : null
        if (before === 0) lost++
        await send(seat, write)
        const after = await count(seat, write)
        if (after > 1) doubled++
        if (after === 0) lost++
      }),
    )
  return { lost, doubled }
}

const count = async (seat: Seat, { external_id }: Write): Promise<number> =>
  (await read<{ items: unknown[] }>(seat, `/parties?q=${external_id}`)).items.length
