import type { House } from '../../../kernel/ctx.ts'

// What is guessed to pick a way to a page: whichever it is, the page is the same. So it may be a minute old.
const AGE_MS = 60_000

/** `most` of them; one more, and all are forgotten. */
export function remembering<V>(most: number) {
  const kept = new WeakMap<House, Map<string, { at: number; value: Promise<V> }>>()
  return (house: House, key: string, take: () => Promise<V>): Promise<V> => {
    let memory = kept.get(house)
    if (!memory) kept.set(house, (memory = new Map()))
    const earlier = memory.get(key)
    if (earlier && Date.now() - earlier.at < AGE_MS) return earlier.value
    if (memory.size >= most) memory.clear()
    const value = take()
    memory.set(key, { at: Date.now(), value })
    value.catch(() => memory.delete(key))
    return value
  }
}
