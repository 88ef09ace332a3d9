import { type ParsedCronItem, parseCronItem } from 'graphile-worker'
import { DEATHS, type Envelope } from './job.ts'

// A shop that was closed at four in the morning does its nightly work when it opens.
const BACKFILL_MS = 25 * 3_600_000

/**
 * A job that comes round. The queue reads its lines in UTC; ours are in the company's zone. In a zone with
 * daylight saving, a line within the hour that is skipped does not fire that day, one within the hour that
 * comes twice fires twice.
 */
export function cronItem(
  job: { name: string; every: string },
  zone: () => string,
  clock: () => Date,
): ParsedCronItem {
  const local = parseCronItem({ task: job.name, match: job.every })
  const payload: Envelope = { payload: {} }
  return parseCronItem({
    task: job.name,
    identifier: job.name,
    match: (utc) => local.match(inZone(utc, zone(), clock())),
    payload,
    options: {
      backfillPeriod: BACKFILL_MS,
      maxAttempts: DEATHS,
      // One at a time, one waiting at most.
      queueName: job.name,
      jobKey: `every:${job.name}`,
      jobKeyMode: 'replace',
    },
  })
}

type Digest = { min: number; hour: number; date: number; month: number; dow: number }

/** The queue's digest leaves out the year: it is the one that puts the instant nearest to now. */
export function inZone({ min, hour, date, month }: Digest, zone: string, now: Date): Digest {
  const year = now.getUTCFullYear()
  const at = [year - 1, year, year + 1]
    .map((y) => Date.UTC(y, month - 1, date, hour, min))
    .reduce((best, one) => (Math.abs(one - now.getTime()) < Math.abs(best - now.getTime()) ? one : best))
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  )
  const [y, m, d] = [Number(parts['year']), Number(parts['month']), Number(parts['day'])]
  return {
    min: Number(parts['minute']),
    hour: Number(parts['hour']),
    date: d,
    month: m,
    dow: new Date(Date.UTC(y, m - 1, d)).getUTCDay(),
  }
}

const formats = new Map<string, Intl.DateTimeFormat>()
function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone)
  if (!format) {
    const number = 'numeric'
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: number,
      month: number,
      day: number,
      hour: number,
      minute: number,
    })
    formats.set(timeZone, format)
  }
  return format
}
