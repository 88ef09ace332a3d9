// When a backup is due and which may go. No clock, no disk.

export type BackupSettings = {
  nightly: boolean
  /** in the company's zone */
  hour: number
  keep_daily: number
  keep_weekly: number
  keep_monthly: number
  /** the newest backup is restored beside the house once a week, and compared */
  verify: boolean
}
export const defaultBackupSettings: BackupSettings = {
  nightly: true,
  hour: 2,
  keep_daily: 7,
  keep_weekly: 4,
  keep_monthly: 6,
  verify: true,
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

const formats = new Map<string, Intl.DateTimeFormat>()
function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone)
  if (!format) {
    const [two, year] = ['2-digit', 'numeric'] as const
    const parts = { year, month: two, day: two, hour: two, minute: two, second: two }
    format = new Intl.DateTimeFormat('sv-SE', { timeZone, hourCycle: 'h23', ...parts })
    formats.set(timeZone, format)
  }
  return format
}

/** The wall clock of a zone, as an instant in UTC that reads the same. Swedish writes it as ISO does. */
export const wallOf = (at: Date, zone: string): number =>
  Date.parse(`${formatOf(zone).format(at).replace(' ', 'T')}Z`)

/**
 * Has the hour come since the last one was begun? A machine that was off at that hour catches up when it is on; one
 * that is set up in the afternoon waits for its first night.
 */
export function isDue(hour: number, last: Date | null, now: Date, zone: string): boolean {
  const wall = wallOf(now, zone)
  const today = Math.floor(wall / DAY_MS) * DAY_MS + hour * HOUR_MS
  const latest = wall >= today ? today : today - DAY_MS
  return last === null ? wall - latest < 6 * HOUR_MS : wallOf(last, zone) < latest
}

const WEEK_DAYS = 6.5
/** What a trial restore could not be made for says nothing of the backup, and how soon it may be otherwise. */
const untried: { readonly [code: string]: number } = {
  'backups.restoring': HOUR_MS / 2,
  'backups.busy': HOUR_MS / 2,
  'backups.disk_full': DAY_MS,
  'backups.no_createdb': WEEK_DAYS * DAY_MS,
}
export const isUntried = (code: string): boolean => code in untried

/** `code`: why the last one came to nothing, if it did. */
export const isVerifyDue = (last: { at: Date; code: string | null } | null, now: Date): boolean =>
  last === null || now.getTime() - last.at.getTime() > (untried[last.code ?? ''] ?? WEEK_DAYS * DAY_MS)

export type Aged = { backup_id: number; taken_at: Date }

/**
 * Grandfather, father, son: of the newest days, weeks (from Monday) and months that have one, the newest of each is
 * kept; the rest may go. The newest of all never goes.
 */
export function expired(
  backups: readonly Aged[],
  { keep_daily, keep_weekly, keep_monthly }: BackupSettings,
  zone: string,
): number[] {
  const newest = [...backups].sort(
    (a, b) => b.taken_at.getTime() - a.taken_at.getTime() || b.backup_id - a.backup_id,
  )
  const kept = new Set(newest.slice(0, 1).map(({ backup_id }) => backup_id))
  const keep = (count: number, periodOf: (wall: number) => number) => {
    const seen = new Set<number>()
    for (const { backup_id, taken_at } of newest) {
      const period = periodOf(wallOf(taken_at, zone))
      if (seen.has(period)) continue
      if (seen.size >= count) return
      seen.add(period)
      kept.add(backup_id)
    }
  }
  keep(keep_daily, (wall) => Math.floor(wall / DAY_MS))
  // 1970-01-01 was a Thursday.
  keep(keep_weekly, (wall) => Math.floor((wall / DAY_MS + 3) / 7))
  keep(keep_monthly, (wall) => new Date(wall).getUTCFullYear() * 12 + new Date(wall).getUTCMonth())
  return newest.filter(({ backup_id }) => !kept.has(backup_id)).map(({ backup_id }) => backup_id)
}

export const fileName = (taken_at: Date, backup_id: number): string =>
  `guanxi-${taken_at.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')}-${backup_id}.zip`
export const NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,150}\.zip$/
