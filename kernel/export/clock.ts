// A file carries wall time of the company's zone: what a spreadsheet shows and a person reads.

const QUARTER_MS = 900_000
const KEPT_MAX = 50_000
const two = (n: number) => (n < 10 ? `0${n}` : `${n}`)

export type Clock = (epoch_ms: number) => string

/** `2024-02-29 18:00:00`, with `.123` where there are milliseconds. Offsets change at quarters of an hour only. */
export function clockOf(zone: string): Clock {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
  const offsets = new Map<number, number>()
  const offsetAt = (quarter: number): number => {
    let offset = offsets.get(quarter)
    if (offset === undefined) {
      const name = format
        .formatToParts(quarter * QUARTER_MS)
        .find(({ type }) => type === 'timeZoneName')!.value
      const [, sign, hours, minutes, seconds] = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?/.exec(name) ?? []
      const ms = (Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0)) * 1000
      offset = sign === '-' ? -ms : ms
      if (offsets.size >= KEPT_MAX) offsets.clear()
      offsets.set(quarter, offset)
    }
    return offset
  }
  return (epoch_ms) => {
    const at = new Date(epoch_ms + offsetAt(Math.floor(epoch_ms / QUARTER_MS)))
    const ms = at.getUTCMilliseconds()
    const year = String(at.getUTCFullYear()).padStart(4, '0')
    const day = `${year}-${two(at.getUTCMonth() + 1)}-${two(at.getUTCDate())}`
    const time = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`
    return `${day} ${time}${ms ? `.${String(ms).padStart(3, '0')}` : ''}`
  }
}
