import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import type { Row } from '../../packages/sheets/src/index.ts'

// COPY streams what a query answers as fast as PostgreSQL makes it, and waits when we do; a cursor over the same rows
// took three times the processor time here (a message object for every row). COPY takes no parameters: they are
// written into the text as literals, each with its type behind it.

export type Question = { text: string; values: readonly unknown[] }

/** `$1`, `$2` … in place of which their values stand, quoted. One pass: a value that holds `$1` stays as it is. */
export const inlined = ({ text, values }: Question): string =>
  text.replace(/\$(\d+)/g, (_, n: string) => literal(values[Number(n) - 1]))

function literal(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (value instanceof Date) return pg.escapeLiteral(value.toISOString())
  if (!Array.isArray(value)) return pg.escapeLiteral(String(value))
  const items = value.map((one) => (one === null ? 'NULL' : `"${String(one).replace(/["\\]/g, '\\$&')}"`))
  return pg.escapeLiteral(`{${items.join(',')}}`)
}

/** One snapshot for count and rows. */
export async function openSnapshot(client: pg.Client): Promise<void> {
  await client.query('begin isolation level repeatable read, read only')
  // Whoever reads slowly may take longer than a statement may.
  await client.query('set local statement_timeout = 0')
  await client.query("set local work_mem = '32MB'")
  // One export keeps one processor busy, not all of them.
  await client.query('set local max_parallel_workers_per_gather = 0')
}

export async function countOf(client: pg.Client, question: Question): Promise<number> {
  const { rows } = await client.query<{ count: number }>(inlined(question))
  return rows[0]!.count
}

const LINE_FEED = 10
// Bytes whose rows exist at once. A whole chunk's would outlive the young heap and fill the old one with rows long gone.
const PIECE = 16 * 1024

export async function* rowsOf(client: pg.Client, question: Question): AsyncGenerator<Row[]> {
  let rest: Buffer | null = null
  const stream = client.query(copyTo(`copy (${inlined(question)}) to stdout`))
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    const bytes: Buffer = rest ? Buffer.concat([rest, chunk]) : chunk
    const end = bytes.lastIndexOf(LINE_FEED)
    for (let at = 0; at <= end; ) {
      const to = Math.max(bytes.lastIndexOf(LINE_FEED, at + PIECE), bytes.indexOf(LINE_FEED, at))
      yield rowsIn(bytes.toString('utf8', at, to))
      at = to + 1
    }
    rest = end + 1 < bytes.length ? bytes.subarray(end + 1) : null
  }
}

const rowsIn = (text: string): Row[] => text.split('\n').map((line) => line.split('\t').map(cellOf))

const escapes: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

function cellOf(cell: string): string | null {
  if (!cell.includes('\\')) return cell
  return cell === '\\N' ? null : cell.replace(/\\(.)/g, (_, c: string) => escapes[c] ?? c)
}

/** The query under way is ended, and the connection with it: nobody waits for either any more. */
export async function abandon(client: pg.Client, pool: pg.Pool): Promise<void> {
  const { processID, connection } = client as unknown as {
    processID: number
    connection: { stream: { destroy(): void } }
  }
  await pool.query('select pg_cancel_backend($1)', [processID]).catch(() => {})
  connection.stream.destroy()
}
