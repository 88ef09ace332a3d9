import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { record } from '../../kernel/audit.ts'
import { atomically, type Ctx, planned } from '../../kernel/ctx.ts'
import { refuse } from '../../kernel/refuse.ts'
import { phrase } from '../../kernel/text.ts'
import { companyOf } from '../access/company.ts'
import { importFile } from '../imports/file.ts'
import { retailOptions } from '../imports/targets.ts'
import { LINES, movedBy, SOURCE } from './rules.people.ts'
import { alone, partiesOf, type Stored, stored } from './store.ts'
import { text } from './text.ts'

// Three imports, as a person would make them, each a transaction of its own. Each brings what is not there yet, so a
// load that was killed is taken up by simply doing it again.

export type OnProgress = (state: { done: number; total: number; phase: string }) => Promise<void> | void
type Kind = keyof typeof LINES
const DATA = join(import.meta.dirname, 'data')
const fileOf = (kind: Kind) => join(DATA, `${kind}.csv.gz`)

/** What `begin` has begun. Nothing to do when it was finished, or removed, meanwhile. */
export const finish = (ctx: Ctx, onProgress: OnProgress = () => {}): Promise<void> =>
  alone(ctx, async () => {
    const row = await stored(ctx)
    if (row?.state !== 'loading') return
    await bring(ctx, row, 'products', fileOf('products'), onProgress)
    await bring(ctx, row, 'parties', fileOf('parties'), onProgress)
    await note(ctx, row)
    const folder = await emptyFolder(ctx)
    try {
      const path = join(folder, 'orders.csv')
      await pipeline(Readable.from(shifted(row.weeks)), createWriteStream(path))
      await bring(ctx, row, 'orders', path, onProgress)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
    await atomically(ctx, async (ctx) => {
      const done = await planned(
        ctx,
        `update sample set state = 'loaded', loaded_at = $1 where state = 'loading' returning 1`,
        [ctx.house.clock()],
      )
      if (done.length === 0) refuse('sample.none', 409)
      await record(ctx, { action: 'sample.loaded', subject: 'sample', subject_id: 1 })
    })
  })

/** Of this name, so that the next load clears what a killed one left; whoever comes here is alone. */
async function emptyFolder({ house }: Ctx): Promise<string> {
  const folder = join(house.config.home, 'sample')
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return folder
}

async function bring(ctx: Ctx, row: Stored, kind: Kind, path: string, onProgress: OnProgress): Promise<void> {
  const kinds = Object.keys(LINES) as Kind[]
  const before = kinds.slice(0, kinds.indexOf(kind)).reduce((sum, one) => sum + LINES[one], 0)
  const total = kinds.reduce((sum, one) => sum + LINES[one], 0)
  let reached = 0
  const what = phrase(text[`sample.phase.${kind}`], ctx.locale)
  let phase = what
  const { lines } = await importFile(ctx, {
    kind,
    path,
    source: SOURCE,
    options: {
      zone: (await companyOf(ctx)).time_zone,
      currency: row.currency,
      read: kind === 'orders' ? codes : {},
    },
    onProgress: ({ done = 0, phase: step }) => {
      if (step) phase = `${what} · ${step}`
      reached = Math.max(reached, Math.min(done, LINES[kind]))
      return onProgress({ done: before + reached, total, phase })
    },
  })
  if (lines.rejected > 0) throw new Error(`${lines.rejected} lines of the sample's ${kind} were turned back`)
}

const { product_pattern, charge_codes, discount_codes, adjustment_codes } = retailOptions
const codes = { product_pattern, charge_codes, discount_codes, adjustment_codes }

/** Which parties are the sample's, before anybody can give others the same source. */
async function note(ctx: Ctx, row: Stored): Promise<void> {
  const party_ids = await partiesOf(ctx, row)
  await planned(ctx, 'update sample set party_ids = $1 where party_ids is null', [party_ids])
}

async function* shifted(weeks: number): AsyncGenerator<string> {
  const move = movedBy(weeks)
  let out = ''
  let number = 0
  for await (const line of createInterface({
    input: createReadStream(fileOf('orders')).pipe(createGunzip()),
  })) {
    const comma = line.indexOf(',')
    out +=
      number++ === 0
        ? `${line}\n`
        : `${line.slice(0, comma + 1)}${move(line.slice(comma + 1, comma + 20))}${line.slice(comma + 20)}\n`
    if (out.length < 65_536) continue
    yield out
    out = ''
  }
  yield out
}
