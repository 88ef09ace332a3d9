import { statfs } from 'node:fs/promises'
import type { House } from './ctx.ts'
import { refuse } from './refuse.ts'

// Below this, long writes stop by themselves: PostgreSQL that cannot write its log any more does not fail a statement,
// it goes down. What is left is enough to roll back, to say so and to go on with small writes.
export const LEAST_FREE_MB = 128
const MB = 1024 * 1024

/** Free space where the embedded database lives, in MB; null where the database is elsewhere. */
export async function freeMb(house: Pick<House, 'config' | 'database'>): Promise<number | null> {
  if (house.database.kind !== 'embedded') return null
  const found = await statfs(house.config.home).catch(() => null)
  return found && Math.floor((found.bavail * found.bsize) / MB)
}

export async function mustHaveRoom(house: Pick<House, 'config' | 'database'>): Promise<void> {
  const free_mb = await freeMb(house)
  if (free_mb !== null && free_mb < LEAST_FREE_MB) refuse('kernel.disk_full', 507, { free_mb })
}
