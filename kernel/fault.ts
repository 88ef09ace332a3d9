import { createHash } from 'node:crypto'
import type { House } from './ctx.ts'

const LONGEST = 300

/**
 * Remembers a bug where an administrator sees it. Values that PostgreSQL quotes in its messages may be a person's, so
 * of its errors only the code is kept. Never throws: the fault itself may be that the database is away.
 */
export async function noteFault(
  house: House,
  { place, error, request_id }: { place: string; error: unknown; request_id: string },
): Promise<void> {
  const what = describe(error).slice(0, LONGEST)
  const fingerprint = createHash('sha256').update(`${place}\n${what}`).digest()
  await house.pool
    .query(
      `insert into fault (fingerprint, place, what, request_id, first_at, last_at) values ($1, $2, $3, $4, $5, $5)
       on conflict (fingerprint) do update set times = fault.times + 1, request_id = excluded.request_id, last_at = excluded.last_at`,
      [fingerprint, place, what, request_id, house.clock()],
    )
    .catch(() => {})
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  const { code, severity } = error as { code?: string; severity?: string }
  const at = ownLine(error.stack)
  if (severity !== undefined) return `PostgreSQL ${code}${at}`
  return `${error.name}: ${error.message}${at}`
}

/** The innermost line of ours: ` at modules/parties/list/page.ts:49`. */
function ownLine(stack = ''): string {
  const found = /((?:kernel|modules|apps|packages)\/[\w./-]+:\d+):\d+/.exec(stack)
  return found ? ` at ${found[1]}` : ''
}
