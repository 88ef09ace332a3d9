/**
 * What the list has now, and of what it had before those that are held: each behind the nearest of its former
 * neighbours above that is still there.
 */
export function keepIn<T, K>(
  before: readonly T[],
  now: readonly T[],
  keyOf: (one: T) => K,
  held: (key: K) => boolean,
): readonly T[] {
  const there = new Set(now.map(keyOf))
  const gone = before.filter((one) => !there.has(keyOf(one)) && held(keyOf(one)))
  if (gone.length === 0) return now
  const kept = [...now]
  for (const one of gone) {
    const above = before.slice(0, before.indexOf(one)).reverse()
    const keys = kept.map(keyOf)
    const next = above.map((other) => keys.indexOf(keyOf(other))).find((at) => at >= 0)
    kept.splice((next ?? -1) + 1, 0, one)
  }
  return kept
}
