/** Wall-clock times of a file in its own zone → UTC. Offsets come from ICU and are kept per day. */

const DAY_MS = 86_400_000

/** `toUtc(NaN)` is NaN: what was no date stays none. */
export type Zone = { readonly name: string; toUtc(wall_ms: number): number }

/** undefined when ICU does not know the zone. */
export function openZone(name: string): Zone | undefined {
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  } catch {
    return undefined
  }
  const offsetAt = (utc_ms: number) => offsetOf(format, utc_ms)
  // One entry per day whose offset never changes within it and its neighbours; other days are worked out each time.
  const steady = new Map<number, number>()
  return {
    name,
    toUtc(wall_ms) {
      const day = Math.floor(wall_ms / DAY_MS)
      if (Number.isNaN(day)) return day
      let offset = steady.get(day)
      if (offset === undefined) {
        const before = offsetAt((day - 1) * DAY_MS)
        const after = offsetAt((day + 2) * DAY_MS)
        if (before !== after) return around(wall_ms, before, after, offsetAt)
        if (steady.size > 20_000) steady.clear()
        steady.set(day, before)
        offset = before
      }
      return wall_ms - offset
    },
  }
}

/** A time that occurs twice is the first; one the clocks skip is read with the offset before, so it moves forward. */
function around(
  wall_ms: number,
  before: number,
  after: number,
  offsetAt: (utc_ms: number) => number,
): number {
  const early = wall_ms - before
  if (offsetAt(early) === before) return early
  const late = wall_ms - after
  return offsetAt(late) === after ? late : early
}

function offsetOf(format: Intl.DateTimeFormat, utc_ms: number): number {
  const at: Record<string, string> = {}
  for (const { type, value } of format.formatToParts(utc_ms)) at[type] = value
  const year = at.era === 'BC' ? 1 - Number(at.year) : Number(at.year)
  const wall = Date.UTC(
    year,
    Number(at.month) - 1,
    Number(at.day),
    Number(at.hour),
    Number(at.minute),
    Number(at.second),
  )
  return wall - Math.floor(utc_ms / 1000) * 1000
}
