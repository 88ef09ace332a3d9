/** Rest between pieces of background work, as a part of the time that one took: people who work at the same time come first. */
const REST = 0.1
// A clock that wakes so late says that requests are waiting for their turn: then the rest is longer than the work, which
// takes a fifth of two cores.
const LATE_MS = 2
const REST_BUSY = 1.5
const REST_YIELDING = 4

let busy = false
/** `yielding`: there is no hurry, and what is going on elsewhere need not be late to come first. */
export async function rest(took_ms: number, { yielding = false } = {}): Promise<void> {
  const ms = Math.max(1, took_ms * (yielding ? REST_YIELDING : busy ? REST_BUSY : REST))
  const began = performance.now()
  await new Promise((resolve) => setTimeout(resolve, ms))
  busy = performance.now() - began - ms > LATE_MS
}
