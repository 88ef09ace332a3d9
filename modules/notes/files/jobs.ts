import { spawn } from 'node:child_process'
import { Readable } from 'node:stream'
import { Type as T } from 'typebox'
import { record } from '../../../kernel/audit.ts'
import { atomically, type Ctx, planned, unaudited } from '../../../kernel/ctx.ts'
import { job } from '../../../kernel/job.ts'
import { Id } from '../../../kernel/route.ts'

// Whoever runs the house names a scanner (GUANXI_SCAN): a command that reads the file and ends with 0 (clean) or 1
// (infected), as ClamAV's do, or an address that is sent the bytes and answers {"infected": true or false}. Anything else
// is no answer: the file stays held back and is tried again.

type File = { party_id: number; attachment_id: number; scan: string }
const SCAN_MS = 120_000

export const scanFile = job({
  name: 'notes.scan_file',
  payload: T.Object({ attachment_id: Id }),
  key: ({ attachment_id }) => `notes.scan ${attachment_id}`,
  attempts: 20,
  transaction: 'own',
  run: async (ctx, { attachment_id }) => {
    const { scan } = ctx.house.config
    const [file] = await planned<File>(
      ctx,
      'select party_id, attachment_id, scan from attachment where attachment_id = $1',
      [attachment_id],
    )
    if (file?.scan !== 'pending' || scan === undefined) return
    const infected = await ask(scan, bytesOf(ctx, file))
    await atomically(ctx, async (ctx) => {
      await planned(
        ctx,
        `update attachment set scan = $2, scanned_at = $3, version = version + 1 where attachment_id = $1 and scan = 'pending'`,
        [attachment_id, infected ? 'infected' : 'clean', ctx.now],
      )
      await record(ctx, {
        action: infected ? 'attachments.found_infected' : 'attachments.found_clean',
        subject: 'attachment',
        subject_id: attachment_id,
        party_id: file.party_id,
      })
    })
  },
})

async function* bytesOf(ctx: Ctx, { party_id, attachment_id }: File): AsyncGenerator<Buffer> {
  for (let seq = 0; ; seq++) {
    const [row] = await planned<{ data: Buffer }>(
      ctx,
      'select data from attachment_chunk where party_id = $1 and attachment_id = $2 and seq = $3',
      [party_id, attachment_id, seq],
    )
    if (!row) return
    yield row.data
  }
}

/** Whether a scanner calls these bytes infected; throws where it does not say. */
export const ask = (scanner: string, bytes: AsyncIterable<Buffer>): Promise<boolean> =>
  /^https?:\/\//.test(scanner) ? askAddress(scanner, bytes) : askCommand(scanner, bytes)

async function askAddress(url: string, bytes: AsyncIterable<Buffer>): Promise<boolean> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: Readable.toWeb(Readable.from(bytes)) as ReadableStream,
    duplex: 'half',
    redirect: 'error',
    signal: AbortSignal.timeout(SCAN_MS),
  } as RequestInit)
  const said = answer.ok ? ((await answer.json()) as { infected?: unknown }) : {}
  if (typeof said.infected !== 'boolean')
    throw new Error(`the scanner answered ${answer.status} and no verdict`)
  return said.infected
}

/** No shell: its words are split at spaces. */
function askCommand(command: string, bytes: AsyncIterable<Buffer>): Promise<boolean> {
  const [program, ...words] = command.split(/\s+/)
  return new Promise((resolve, reject) => {
    const child = spawn(program!, words, { stdio: ['pipe', 'ignore', 'ignore'], timeout: SCAN_MS })
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0 || code === 1) resolve(code === 1)
      else reject(new Error(`the scanner ended with ${code}`))
    })
    // A scanner that has made up its mind may stop reading.
    child.stdin.on('error', () => {})
    Readable.from(bytes).on('error', reject).pipe(child.stdin)
  })
}

const DAY_MS = 86_400_000
/** Pieces of uploads that broke off with their process; and files that wait for a scanner that is no longer named. */
export const sweepFiles = job({
  name: 'notes.sweep_files',
  payload: T.Object({}),
  every: '17 3 * * *',
  run: async (ctx) => {
    await unaudited(ctx, 'pieces that never became a file', (ctx) =>
      planned(
        ctx,
        `delete from attachment_chunk c where c.at < $1 and not exists (
           select from attachment a where a.party_id = c.party_id and a.attachment_id = c.attachment_id)`,
        [new Date(ctx.now.getTime() - DAY_MS)],
      ),
    )
    return { done: true }
  },
})
